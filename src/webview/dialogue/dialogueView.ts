import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import type { Page } from "../appState.ts";
import { iconButton, textArea, textButton } from "../parts/controls.ts";
import { share } from "../tokens/probability.ts";
import {
  answerEdited,
  type Asked,
  asked,
  branched,
  type DialogueState,
  type DialogueTurn,
  regenerated,
  shownAnswer,
  threadChanged,
  threadOf,
  threadStarted,
  turnChanged,
  turnDropped,
} from "./dialogueState.ts";

/** The Dialogue tab: questions and answers in the paper's form, on a passage or open. */
export function dialogueView(page: Page): TemplateResult {
  const { dialogue } = page.state;
  const thread = threadOf(dialogue);
  const isBusy = thread.turns.some(({ run }) => run !== undefined);
  const ask = () => begin(page, (state, run) => asked(state, draftsOf(page), run));
  return html`<div class="toolbar">
      <label for="thread">${l10n.t("Conversation")}</label>
      <select
        id="thread"
        @change=${(event: Event) => change(page, (state) => ({ ...state, current: (event.target as HTMLSelectElement).selectedIndex }))}
      >
        ${dialogue.threads.map(
          ({ turns }, i) =>
            html`<option ?selected=${i === dialogue.current}>
              ${i + 1}: ${(turns.at(-1)?.question ?? l10n.t("new")).slice(0, 40)}
            </option>`,
        )}
      </select>
      ${iconButton({ id: "newThread", icon: "add", label: l10n.t("New conversation"), onClick: () => change(page, threadStarted) })}
    </div>
    <div class="labelled">
      <label for="passage">${l10n.t("Passage")}</label>
      ${iconButton({
        icon: "selection",
        label: l10n.t("Take the selection of the editor as the passage"),
        onClick: () => page.send({ type: "takeSelection", into: "passage" }),
      })}
    </div>
    ${textArea({
      id: "passage",
      label: l10n.t("Passage"),
      rows: 4,
      value: thread.passage,
      placeholder: l10n.t("The answers come from here. Without a passage the model answers from what it learnt."),
      onInput: (passage) => change(page, (state) => threadChanged(state, { passage })),
    })}
    <ol class="turns">
      ${thread.turns.map((turn, i) => turnView(page, turn, i, i < thread.droppedTurns, i === thread.droppedTurns))}
    </ol>
    <div class="labelled"><label for="question">${l10n.t("Question")}</label></div>
    <div class="asking">
      <input
        id="question"
        class="field"
        .value=${thread.question}
        @input=${(event: InputEvent) => {
          const { value } = event.target as HTMLInputElement;
          change(page, (state) => threadChanged(state, { question: value }));
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter" && !event.isComposing && !isBusy) ask();
        }}
      />
      ${textButton({ id: "ask", icon: "send", label: l10n.t("Ask"), isDisabled: isBusy || thread.question.trim() === "", onClick: ask })}
    </div>`;
}

function turnView(
  page: Page,
  turn: DialogueTurn,
  index: number,
  isDropped: boolean,
  isFirstKept: boolean,
): TemplateResult {
  const number = index + 1;
  const { answers, shown, run, problem } = turn;
  const probability = answers[shown]?.probability;
  const count = answers.length;
  const show = (to: number) => change(page, (state) => turnChanged(state, index, { shown: to }));
  return html`${
      isFirstKept && index > 0
        ? html`<li class="dropped-line">
            ${l10n.t("The context is full: the model has not seen what stands above.")}
          </li>`
        : ""
    }
    <li class="turn ${isDropped ? "dropped" : ""}">
      <div class="line">
        <span class="mark" aria-hidden="true">Q:</span>
        ${textArea({
          id: `question${index}`,
          label: l10n.t("Question {0}", number),
          rows: 1,
          value: turn.question,
          onInput: (question) => change(page, (state) => turnChanged(state, index, { question })),
        })}
      </div>
      <div class="line">
        <span class="mark" aria-hidden="true">A:</span>
        ${textArea({
          id: `answer${index}`,
          label: l10n.t("Answer {0}", number),
          rows: 1,
          value: shownAnswer(turn),
          placeholder: run === undefined ? "" : l10n.t("Waiting…"),
          onInput: (text) => change(page, (state) => answerEdited(state, index, text)),
        })}
      </div>
      ${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`}
      <div class="row-buttons">
        <span class="note" title=${l10n.t("Mean probability of its tokens")}
          >${probability === undefined ? "" : share(probability)}</span
        >
        ${
          count > 1
            ? html`${iconButton({ icon: "chevron-left", label: l10n.t("Previous answer to question {0}", number), isDisabled: shown === 0 || run !== undefined, onClick: () => show(shown - 1) })}
                <span class="note">${l10n.t("{0} of {1}", shown + 1, count)}</span>
                ${iconButton({ icon: "chevron-right", label: l10n.t("Next answer to question {0}", number), isDisabled: shown === count - 1 || run !== undefined, onClick: () => show(shown + 1) })}`
            : ""
        }
        <span class="toolbar-end"
          >${
            run === undefined
              ? iconButton({
                  icon: "refresh",
                  label: l10n.t("Another answer to question {0}", number),
                  onClick: () => begin(page, (state, next) => regenerated(state, draftsOf(page), index, next)),
                })
              : iconButton({
                  icon: "debug-stop",
                  label: l10n.t("Stop"),
                  onClick: () => page.send({ type: "stop", run }),
                })
          }
          ${iconButton({ icon: "git-branch", label: l10n.t("Branch: go on from question {0} in a new conversation", number), onClick: () => change(page, (state) => branched(state, index)) })}
          ${iconButton({ icon: "trash", label: l10n.t("Drop question {0}", number), isDisabled: run !== undefined, onClick: () => change(page, (state) => turnDropped(state, index)) })}</span
        >
      </div>
    </li>`;
}

function draftsOf(page: Page) {
  return page.state.tasks.templates.map(({ draft }) => draft);
}

function begin(page: Page, ask: (state: DialogueState, run: number) => Asked | undefined): void {
  const begun = ask(page.state.dialogue, page.nextRun());
  if (!begun) return;
  change(page, () => begun.state);
  page.send(begun.message);
}

function change(page: Page, by: (state: DialogueState) => DialogueState): void {
  page.update((state) => ({ ...state, dialogue: by(state.dialogue) }));
}
