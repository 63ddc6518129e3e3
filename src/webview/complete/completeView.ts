import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import type { Page } from "../appState.ts";
import type { PromptEditor } from "../edit/promptEditor.ts";
import { contextBar, iconButton, section, textButton } from "../parts/controls.ts";
import { LEVEL_STARTS, share } from "../tokens/probability.ts";
import { branchOf, textOf } from "./branchTree.ts";
import {
  branch,
  type CompleteState,
  ended,
  generate,
  lastGenerated,
  placedTokens,
  regenerate,
  shownToken,
  type Started,
  walked,
  withoutGeneration,
  writtenTokens,
} from "./completeState.ts";
import { isScored, score } from "./scoring.ts";
import { controlsNote, controlsView } from "./controlsView.ts";
import { surpriseView } from "./surpriseView.ts";
import { tokenView } from "./tokenView.ts";
import { treeView } from "./treeView.ts";
import type { FromPage, PlaygroundModel } from "../../shared/playgroundMessages.ts";

/** The Complete tab: a text, its continuation, and what the model thought of every token. */
export function completeView(page: Page, editor: PromptEditor): TemplateResult {
  const { complete } = page.state;
  const placed = placedTokens(complete);
  const shown = shownToken(complete);
  const isBusy = complete.generation !== undefined;
  const { text, branch: current } = complete.history.present;
  showInEditor(editor, complete);
  return html`<div class="toolbar">${buttons(page)}</div>
    ${editor.element}
    <p id="promptHelp" class="reader">
      ${l10n.t("Ctrl+Enter generates. Tab writes a tab; press Escape first to move on with Tab. The cursor chooses the token that is described below.")}
    </p>
    ${legend()} ${statusView(page)}
    ${complete.problem === undefined ? "" : html`<p class="problem" role="alert">${complete.problem}</p>`}
    ${alternativesView(page)}
    ${section(
      "controlsSection",
      l10n.t("Controls"),
      controlsNote(complete.controls),
      controlsView(complete.controls, (controls) => change(page, (state) => ({ ...state, controls }))),
    )}
    ${
      shown
        ? tokenView({
            placed: shown.placed,
            index: shown.index,
            count: placed.length,
            isBusy,
            onStep: (by) => point(page, shown.index + by),
            onBranch: (choice) =>
              start(page, (state, run) => branch(state, shown.index, choice, run, performance.now())),
            onOpen: (path, line) => page.send({ type: "openRemembered", path, line }),
          })
        : html`<p class="hint">
            ${l10n.t("Point at a token, or move the cursor to it, to see what else could have come.")}
          </p>`
    }
    ${section(
      "surpriseSection",
      l10n.t("Surprise"),
      l10n.t("how unexpected each token was"),
      surpriseView(text, placed, shown?.index, isBusy, (index) => point(page, index)),
      true,
    )}
    ${section(
      "branchesSection",
      l10n.t("Branches"),
      String(complete.tree.branches.length),
      treeView(complete.tree, current, isBusy, (id) => change(page, (state) => walked(state, id))),
      true,
    )}`;
}

/** Generates from where the text ends: what Ctrl+Enter does. */
export function startGenerating(page: Page): void {
  start(page, (state, run) => generate(state, run, performance.now()));
}

/** Changes the state of this tab. */
export function change(page: Page, by: (state: CompleteState) => CompleteState): void {
  page.update((state) => ({ ...state, complete: by(state.complete) }));
}

function start(page: Page, begin: (state: CompleteState, run: number) => Started<FromPage> | undefined): void {
  if (page.state.complete.generation) return;
  const started = begin(page.state.complete, page.nextRun());
  if (!started) return;
  change(page, () => started.state);
  page.send(started.message);
}

function stop(page: Page): void {
  const { generation } = page.state.complete;
  if (!generation) return;
  page.send({ type: "stop", run: generation.run });
  change(page, (state) => ended(state, generation.run, undefined));
}

function buttons(page: Page): TemplateResult {
  const { complete } = page.state;
  const isBusy = complete.generation !== undefined;
  const hasGenerated = lastGenerated(complete) !== undefined;
  const { text } = complete.history.present;
  const label = hasGenerated ? l10n.t("Continue") : l10n.t("Generate");
  return html`${
      isBusy
        ? textButton({ id: "stop", icon: "debug-stop", label: l10n.t("Stop"), onClick: () => stop(page) })
        : textButton({ id: "generate", icon: "play", label, onClick: () => startGenerating(page) })
    }
    ${iconButton({
      id: "regenerate",
      icon: "refresh",
      label: l10n.t("Regenerate: another text in place of the last one"),
      isDisabled: isBusy || !hasGenerated,
      onClick: () => start(page, (state, run) => regenerate(state, run, performance.now())),
    })}
    ${iconButton({
      id: "undoGeneration",
      icon: "discard",
      label: l10n.t("Undo generation: take the last text out"),
      isDisabled: isBusy || !hasGenerated,
      onClick: () => change(page, withoutGeneration),
    })}
    ${iconButton({
      id: "score",
      icon: "graph",
      label: l10n.t("Score: how likely is each token of the text?"),
      isDisabled: isBusy || complete.scoring !== undefined || text === "" || isScored(complete),
      onClick: () => start(page, score),
    })}
    ${iconButton({
      id: "boundaries",
      icon: "whitespace",
      label: l10n.t("Show where tokens begin and end"),
      isPressed: complete.showsBoundaries,
      onClick: () => change(page, (state) => ({ ...state, showsBoundaries: !state.showsBoundaries })),
    })}
    <span class="toolbar-end">
      ${iconButton({
        id: "takeSelection",
        icon: "selection",
        label: l10n.t("Take the selection of the editor"),
        isDisabled: isBusy,
        onClick: () => page.send({ type: "takeSelection", into: "prompt" }),
      })}
      ${iconButton({
        id: "insert",
        icon: "insert",
        label: hasGenerated
          ? l10n.t("Insert the generated text at the cursor")
          : l10n.t("Insert the text at the cursor"),
        isDisabled: isBusy || text === "",
        onClick: () => page.send({ type: "insert", text: textToTake(complete) }),
      })}
      <span
        id="drag"
        class="drag codicon codicon-gripper"
        draggable="true"
        title=${l10n.t("Drag the text out, into an editor")}
        @dragstart=${({ dataTransfer }: DragEvent) => {
          if (!dataTransfer) return;
          dataTransfer.setData("text/plain", textToTake(complete));
          dataTransfer.effectAllowed = "copy";
        }}
      ></span
    ></span>`;
}

/** What the model wrote last, or else the whole text. */
function textToTake(state: CompleteState): string {
  return branchOf(state.tree, lastGenerated(state))?.text ?? state.history.present.text;
}

function showInEditor(editor: PromptEditor, state: CompleteState): void {
  const { text, caret } = state.history.present;
  const { reading } = state;
  editor.show({
    text,
    caret,
    placed: placedTokens(state),
    boundaries: state.showsBoundaries && reading?.text === text ? reading.ends : NO_BOUNDARIES,
    shown: shownToken(state)?.placed,
    isReadOnly: state.generation !== undefined,
  });
}

const NO_BOUNDARIES: readonly number[] = [];

function legend(): TemplateResult {
  const steps = LEVEL_STARTS.map((start, level) => {
    const end = LEVEL_STARTS[level + 1] ?? 1;
    const label = l10n.t("{0}–{1}%", 100 * start, 100 * end);
    return html`<span class="swatch level${level}">${label}</span>`;
  });
  return html`<p class="legend">
    <span>${l10n.t("Probability:")}</span> ${steps} <span class="swatch generated">${l10n.t("generated")}</span>
  </p>`;
}

function statusView({ state: { complete, engine } }: Page): TemplateResult {
  const { generation, figures, reading, history, tree } = complete;
  const { text } = history.present;
  const tokens = reading?.text === text ? reading.ends.length : undefined;
  const parts: string[] = [];
  if (generation) {
    const count = writtenTokens(tree, generation.branches);
    const seconds = (performance.now() - generation.startedAt) / 1000;
    parts.push(
      count === 0
        ? l10n.t("Reading the prompt…")
        : l10n.t("{0} tokens, {1} a second", count, (count / seconds).toFixed(0)),
    );
  } else if (figures) {
    const speed = figures.msPerToken > 0 ? Math.round(1000 / figures.msPerToken) : 0;
    const { tokens: written, promptTokens: prompt, reusedTokens: reused } = figures;
    const after =
      written === 1
        ? l10n.t("1 token after a prompt of {0} ({1} from the cache)", prompt, reused)
        : l10n.t("{0} tokens after a prompt of {1} ({2} from the cache)", written, prompt, reused);
    parts.push(speed > 0 ? l10n.t("{0}, {1} a second", after, speed) : after);
  }
  if (complete.scoring) parts.push(l10n.t("Scoring…"));
  const { model } = engine;
  const fill = tokens !== undefined && model ? l10n.t("{0} of {1} tokens of context", tokens, model.contextLength) : "";
  const isFull = tokens !== undefined && model !== undefined && tokens >= model.contextLength;
  if (isFull) parts.push(l10n.t("The context is full: the model does not see the beginning of the text any more"));
  return html`<div class="status">
    <p id="summary" role="status">${parts.join(" · ")}</p>
    ${tokens !== undefined && model ? contextBar(tokens, model.contextLength, fill) : ""}
    <p id="modelLine" class="model" title=${model?.deviceReason ?? ""}>
      ${model ? modelLine(model) : engineLine(engine.state)}
      ${fill === "" ? "" : html`<span class="fill">${fill}</span>`}
    </p>
  </div>`;
}

function modelLine({ name, dtype, device }: PlaygroundModel): string {
  if (device === "remote") return l10n.t("{0} on your server", name);
  return l10n.t("{0} ({1}) on the {2}", name, dtype, device === "cpu" ? "CPU" : "GPU");
}

function engineLine(state: Page["state"]["engine"]["state"]): string {
  switch (state) {
    case "off":
      return l10n.t("The model is loaded when it is first used.");
    case "starting":
      return l10n.t("The model is being loaded…");
    case "failed":
      return l10n.t("The engine has failed: see “Localghost: Show Log”.");
    case "ready":
    case "working":
    case "asleep":
      return "";
  }
}

/** Texts that were generated together, side by side. */
function alternativesView(page: Page): TemplateResult | string {
  const { complete } = page.state;
  const { shown, tree, history } = complete;
  if (shown.length < 2) return "";
  const choose = (id: number) => change(page, (state) => ({ ...walked(state, id), shown }));
  return html`<section class="columns" aria-label=${l10n.t("Alternatives")}>
    ${shown.map((id, i) => {
      const own = branchOf(tree, id);
      if (!own) return "";
      const scored = own.tokens.filter(({ logprob }) => logprob !== undefined);
      const total = scored.reduce((sum, { logprob = 0 }) => sum + logprob, 0);
      const mean = scored.length > 0 ? share(Math.exp(total / scored.length)) : "";
      const isCurrent = history.present.branch === id;
      return html`<article class="column ${isCurrent ? "current" : ""}">
        <h2>
          ${l10n.t("Text {0}", i + 1)}
          <span class="note" title=${l10n.t("Mean probability of its tokens")}>${mean}</span>
        </h2>
        <p class="text">${own.text}</p>
        ${iconButton({
          icon: isCurrent ? "check" : "circle-outline",
          label: l10n.t("Go on with text {0}", i + 1),
          isPressed: isCurrent,
          isDisabled: complete.generation !== undefined || textOf(tree, id) === "",
          onClick: () => choose(id),
        })}
      </article>`;
    })}
  </section>`;
}

function point(page: Page, index: number): void {
  change(page, (state) => ({ ...state, pointed: index, hovered: undefined }));
}
