import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { TemplateDraft } from "../../shared/playgroundMessages.ts";
import type { Page } from "../appState.ts";
import { contextBar, droppedLine, iconButton, section, textArea, textButton } from "../parts/controls.ts";
import { share } from "../tokens/probability.ts";
import {
  compared,
  draftChanged,
  exampleAdded,
  exampleChanged,
  exampleDropped,
  exampleMoved,
  picked,
  shotsToCompare,
  type TaskColumn,
  type TasksState,
  usableExamples,
} from "./taskState.ts";

/** The Tasks tab: a template taken apart, its prompt, and the same input with none, one and several examples. */
export function tasksView(page: Page): TemplateResult {
  const { tasks } = page.state;
  const { draft } = tasks;
  if (!draft) return html`<p class="hint">${l10n.t("The tasks are being read…")}</p>`;
  return html`${pickerView(page, tasks, draft)} ${inputView(page, tasks, draft)} ${runView(page, tasks)}
  ${section("examplesSection", l10n.t("Examples"), examplesNote(tasks), examplesView(page, tasks, draft), true)}
  ${section("templateSection", l10n.t("Template"), draft.id, templateView(page, draft))}
  ${section("previewSection", l10n.t("Prompt"), previewNote(tasks), previewView(tasks), true)}`;
}

function change(page: Page, by: (state: TasksState) => TasksState): void {
  page.update((state) => ({ ...state, tasks: by(state.tasks) }));
}

function pickerView(page: Page, { templates }: TasksState, draft: TemplateDraft): TemplateResult {
  const known = templates.some(({ draft: { id } }) => id === draft.base);
  const description = templates.find(({ draft: { id } }) => id === draft.base)?.description ?? "";
  return html`<div class="toolbar">
      <label for="template">${l10n.t("Task")}</label>
      <select
        id="template"
        @change=${(event: Event) => change(page, (state) => picked(state, (event.target as HTMLSelectElement).value))}
      >
        ${known ? "" : html`<option value=${draft.base} selected>${draft.title}</option>`}
        ${templates.map(
          ({ draft: { id, title }, origin }) =>
            html`<option value=${id} .selected=${live(id === draft.base)}>
              ${origin === "builtIn" ? title : `${title} (${origin === "settings" ? l10n.t("settings") : l10n.t("workspace")})`}
            </option>`,
        )}
      </select>
      <span class="toolbar-end"
        >${iconButton({
          id: "saveWorkspace",
          icon: "save",
          label: l10n.t("Save as a file of the workspace: “Run Task…” offers it then"),
          onClick: () => page.send({ type: "saveTemplate", draft, place: "workspace" }),
        })}
        ${iconButton({
          id: "saveSettings",
          icon: "settings-gear",
          label: l10n.t("Save in the settings, for all workspaces"),
          onClick: () => page.send({ type: "saveTemplate", draft, place: "settings" }),
        })}
        ${iconButton({
          id: "export",
          icon: "export",
          label: l10n.t("Export as a JSON file"),
          onClick: () => page.send({ type: "exportTemplate", draft }),
        })}
        ${iconButton({
          id: "import",
          icon: "folder-opened",
          label: l10n.t("Import a JSON file"),
          onClick: () => page.send({ type: "importTemplate" }),
        })}</span
      >
    </div>
    ${description === "" ? "" : html`<p class="hint">${description}</p>`}`;
}

function inputView(page: Page, { input, values }: TasksState, draft: TemplateDraft): TemplateResult {
  return html`<div class="labelled">
      <label for="taskInput">${l10n.t("Input")}</label>
      ${iconButton({
        icon: "selection",
        label: l10n.t("Take the selection of the editor as the input"),
        onClick: () => page.send({ type: "takeSelection", into: "input" }),
      })}
    </div>
    ${textArea({
      id: "taskInput",
      label: l10n.t("Input"),
      rows: 4,
      value: input,
      onInput: (value) => change(page, (state) => ({ ...state, input: value })),
    })}
    ${draft.parameters.map(
      ({ name, title }) =>
        html`<div class="labelled"><label for="value-${name}">${title}</label></div>
          <input
            id="value-${name}"
            class="field"
            .value=${values[name] ?? ""}
            @input=${(event: InputEvent) => {
              const { value } = event.target as HTMLInputElement;
              change(page, (state) => ({ ...state, values: { ...state.values, [name]: value } }));
            }}
          />`,
    )}`;
}

function runView(page: Page, state: TasksState): TemplateResult {
  const counts = shotsToCompare(state);
  const isRunning = state.columns.some((column) => column.isRunning);
  const isReady = state.input.trim() !== "";
  const run = (shots: readonly number[]) => {
    const begun = compared(page.state.tasks, shots, () => page.nextRun());
    change(page, () => begun.state);
    for (const message of begun.messages) page.send(message);
  };
  const label =
    counts.length > 1 ? l10n.t("Compare {0} shots", counts.join(", ")) : l10n.t("Run {0}-shot", counts[0] ?? 0);
  return html`<div class="toolbar">
      ${
        isRunning
          ? textButton({
              id: "stopTask",
              icon: "debug-stop",
              label: l10n.t("Stop"),
              onClick: () => {
                for (const { run: id, isRunning: runs } of page.state.tasks.columns) {
                  if (runs) page.send({ type: "stop", run: id });
                }
              },
            })
          : textButton({ id: "compare", icon: "play", label, isDisabled: !isReady, onClick: () => run(counts) })
      }
    </div>
    ${
      state.columns.length === 0
        ? ""
        : html`<section class="columns" aria-label=${l10n.t("Answers")} aria-live="polite">
            ${state.columns.map((column) => columnView(page, column))}
          </section>`
    }`;
}

function columnView(page: Page, { shots, text, isRunning, answer, problem }: TaskColumn): TemplateResult {
  const title = shots === 0 ? l10n.t("Zero-shot") : shots === 1 ? l10n.t("One-shot") : l10n.t("{0}-shot", shots);
  const dropped = answer ? droppedLine(answer.dropped) : "";
  return html`<article class="column" data-shots=${shots}>
    <h2>
      ${title}
      <span class="note" title=${l10n.t("Mean probability of its tokens")}
        >${answer?.probability === undefined ? "" : share(answer.probability)}</span
      >
    </h2>
    <p class="text">${isRunning && text === "" ? l10n.t("Waiting…") : text}</p>
    ${answer?.text === "" ? html`<p class="hint">${l10n.t("The model had no answer.")}</p>` : ""}
    ${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`}
    ${dropped === "" ? "" : html`<p class="hint">${dropped}</p>`}
    ${
      answer
        ? html`<p class="note">${l10n.t("{0} tokens of prompt", answer.promptTokens)}</p>
            ${iconButton({
              icon: "insert",
              label: l10n.t("Insert the answer at the cursor"),
              onClick: () => page.send({ type: "insert", text: answer.text }),
            })}`
        : ""
    }
  </article>`;
}

function examplesNote(state: TasksState): string {
  const all = state.draft?.examples.length ?? 0;
  const usable = usableExamples(state).length;
  return usable === all ? String(all) : l10n.t("{0}, of which {1} go with the input", all, usable);
}

function examplesView(page: Page, state: TasksState, { examples }: TemplateDraft): TemplateResult {
  // Of a task between languages there are hundreds, and only those of the two that are chosen are of use.
  const rows = usableExamples(state);
  return html`<ol class="examples">
      ${rows.map((row, i) => {
        const example = examples[row];
        if (!example) return "";
        const number = i + 1;
        return html`<li class="example">
          ${textArea({
            id: `exampleInput${row}`,
            label: l10n.t("Input of example {0}", number),
            value: example.input,
            onInput: (input) => change(page, (tasks) => exampleChanged(tasks, row, { input })),
          })}
          ${textArea({
            id: `exampleOutput${row}`,
            label: l10n.t("Output of example {0}", number),
            value: example.output,
            onInput: (output) => change(page, (tasks) => exampleChanged(tasks, row, { output })),
          })}
          <div class="row-buttons">
            ${iconButton({
              icon: "arrow-up",
              label: l10n.t("Move example {0} up", number),
              isDisabled: i === 0,
              onClick: () => change(page, (tasks) => exampleMoved(tasks, row, -1)),
            })}
            ${iconButton({
              icon: "arrow-down",
              label: l10n.t("Move example {0} down", number),
              isDisabled: i === rows.length - 1,
              onClick: () => change(page, (tasks) => exampleMoved(tasks, row, 1)),
            })}
            ${iconButton({
              icon: "arrow-circle-left",
              label: l10n.t("Take the selection as the input of example {0}", number),
              onClick: () => page.send({ type: "takeSelection", into: "exampleInput", row }),
            })}
            ${iconButton({
              icon: "arrow-circle-right",
              label: l10n.t("Take the selection as the output of example {0}", number),
              onClick: () => page.send({ type: "takeSelection", into: "exampleOutput", row }),
            })}
            ${iconButton({
              icon: "trash",
              label: l10n.t("Drop example {0}", number),
              onClick: () => change(page, (tasks) => exampleDropped(tasks, row)),
            })}
          </div>
        </li>`;
      })}
    </ol>
    ${textButton({
      id: "addExample",
      icon: "add",
      label: l10n.t("Add Example"),
      isSecondary: true,
      onClick: () => change(page, exampleAdded),
    })}`;
}

function templateView(page: Page, draft: TemplateDraft): TemplateResult {
  const set = (by: Partial<TemplateDraft>) => change(page, (state) => draftChanged(state, by));
  const line = (id: string, label: string, value: string, onInput: (value: string) => void) =>
    html`<div class="labelled"><label for=${id}>${label}</label></div>
      <input
        id=${id}
        class="field"
        .value=${value}
        @input=${(event: InputEvent) => onInput((event.target as HTMLInputElement).value)}
      />`;
  return html`${line("draftTitle", l10n.t("Title"), draft.title, (title) => set({ title }))}
    ${line("draftId", l10n.t("Name, in small letters: that of the file"), draft.id, (id) => set({ id }))}
    <div class="labelled">
      <label for="draftPattern"
        >${l10n.t("Pattern, with {input} and {output}", { input: "{input}", output: "{output}" })}</label
      >
    </div>
    ${textArea({ id: "draftPattern", label: l10n.t("Pattern"), rows: 3, value: draft.pattern, onInput: (pattern) => set({ pattern }) })}
    <div class="labelled"><label for="draftInstruction">${l10n.t("Instruction before all examples")}</label></div>
    ${textArea({ id: "draftInstruction", label: l10n.t("Instruction before all examples"), value: draft.instruction, onInput: (instruction) => set({ instruction }) })}
    <div class="labelled">
      <label for="draftShots">${l10n.t("Examples that are used")}</label>
      <input
        id="draftShots"
        type="number"
        min=${draft.leastShots}
        max="100"
        .value=${String(draft.shots)}
        @change=${(event: Event) => {
          const { valueAsNumber } = event.target as HTMLInputElement;
          if (Number.isInteger(valueAsNumber)) set({ shots: Math.max(draft.leastShots, Math.min(100, valueAsNumber)) });
        }}
      />
    </div>`;
}

function previewNote({ preview }: TasksState): string {
  return preview ? l10n.t("{0} of {1} tokens", preview.promptTokens, preview.contextLength) : "";
}

function previewView({ preview, previewProblem }: TasksState): TemplateResult {
  if (previewProblem !== undefined) return html`<p class="problem">${previewProblem}</p>`;
  if (!preview) return html`<p class="hint">${l10n.t("The very prompt that is sent is shown here.")}</p>`;
  const dropped = droppedLine(preview.dropped);
  const label = l10n.t("The prompt takes {0} of {1} tokens of context", preview.promptTokens, preview.contextLength);
  return html`${contextBar(preview.promptTokens, preview.contextLength, label)}
    ${dropped === "" ? "" : html`<p class="hint">${dropped}</p>`}
    <pre id="preview" tabindex="0" role="region" aria-label=${l10n.t("Prompt")}>${preview.prompt}</pre>`;
}
