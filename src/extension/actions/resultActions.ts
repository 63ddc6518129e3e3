import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";
import type { ResultAction } from "../../shared/resultMessages.ts";
import type { TaskAnswer, TaskResult } from "../../tasks/task.ts";
import type { Notifier } from "../notify.ts";
import { shareOf } from "./confidenceLevel.ts";
import { openSource, toRange } from "./documentText.ts";
import { insertAnswer, replaceWithAnswer } from "./edits.ts";
import { writeCommitMessage } from "./gitChanges.ts";
import { offsetWithin } from "./lineEnds.ts";
import { answerHash, type ReplacePreview } from "./replacePreview.ts";
import { whyNot } from "./resultCard.ts";
import { choicesOf, textOf, type ResultRecord, type Source } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";
import type { TaskRunner } from "./taskRunner.ts";

/** A prompt with the answer that it got. */
export interface PromptAndAnswer {
  readonly prompt: string;
  readonly answer: string;
}

interface Parts {
  readonly store: ResultStore;
  readonly runner: TaskRunner;
  readonly preview: ReplacePreview;
  readonly notifier: Notifier;
  readonly whyReadOnly: (source: Source) => string | undefined;
  readonly openInPlayground: (shown: PromptAndAnswer) => unknown;
  /** Whether the view that shows the results puts alternatives side by side itself. */
  readonly showsAlternatives: () => boolean;
}

/** What can be done with a result, from either view or by a command. Failures are shown to the user. */
export class ResultActions {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Without an id, on the latest result. */
  act(action: ResultAction, id?: string): Promise<void> {
    return this.#on(id, async (record) => {
      this.#require(action, record);
      await this.#do(action, record);
    });
  }

  /** Takes one of several texts as the answer. */
  take(id: string, index: number): Promise<void> {
    return this.#on(id, (record) => {
      const choice = choicesOf(record)[index];
      if (!choice || record.outcome.kind !== "done") return;
      this.#parts.store.update(id, { outcome: { kind: "done", result: withAnswer(record.outcome.result, choice) } });
    });
  }

  /** Shows in its document where a candidate stands, or the words of the answer. */
  reveal(id: string, index?: number): Promise<void> {
    return this.#on(id, async ({ source, outcome }) => {
      if (source.kind !== "document" || outcome.kind !== "done") return;
      const found = index === undefined ? outcome.result.found : outcome.result.candidates[index];
      if (!found) return;
      const { document, range } = await openSource(source);
      const text = document.getText(range);
      const base = document.offsetAt(range.start);
      const start = base + offsetWithin(text, found.start);
      const end = base + offsetWithin(text, found.end);
      await vscode.window.showTextDocument(document, { selection: toRange(document, { start, end }) });
    });
  }

  /** Does the replacement that the diff editor in front shows. */
  async applyReplace(): Promise<void> {
    const previewed = await this.#parts.preview.takeOpen();
    if (!previewed) return;
    await this.#on(previewed.id, async (record) => {
      if (record.source.kind !== "document") return;
      // An alternative may have been taken since, or be on its way.
      if (record.outcome.kind === "running" || answerHash(record) !== previewed.answerHash) {
        throw new LocalghostError(
          "invalidRequest",
          vscode.l10n.t("The answer is another one by now: choose Replace… again."),
        );
      }
      this.#require("replace", record);
      await replaceWithAnswer(record.source, textOf(record));
    });
  }

  async discardReplace(): Promise<void> {
    await this.#parts.preview.takeOpen();
  }

  /** @throws LocalghostError that says why an action cannot be done */
  #require(action: ResultAction, record: ResultRecord): void {
    const reason = whyNot(action, record, this.#parts.whyReadOnly(record.source));
    if (reason !== undefined) throw new LocalghostError("invalidRequest", reason);
  }

  async #do(action: ResultAction, record: ResultRecord): Promise<void> {
    const { runner, preview, openInPlayground } = this.#parts;
    const { source, outcome } = record;
    switch (action) {
      case "stop":
        runner.stop(record.id);
        return;
      case "insert":
        if (source.kind === "document") await insertAnswer(source, textOf(record));
        return;
      case "replace":
        if (source.kind === "document") await preview.open(record);
        else await writeCommitMessage(source.repository, textOf(record));
        return;
      case "copy":
        await vscode.env.clipboard.writeText(textOf(record));
        return;
      case "tryAgain":
        await runner.tryAgain(record);
        return;
      case "compare":
        await runner.compare(record);
        await this.#choose(record.id);
        return;
      case "openInPlayground":
        if (outcome.kind === "done") {
          await openInPlayground({ prompt: outcome.result.prompt, answer: outcome.result.text });
        }
        return;
      case "showSource":
        if (source.kind === "document") {
          const { document, range } = await openSource(source);
          await vscode.window.showTextDocument(document, { selection: range });
        }
        return;
    }
  }

  async #choose(id: string): Promise<void> {
    const record = this.#parts.store.get(id);
    if (!record || this.#parts.showsAlternatives()) return;
    const choices = choicesOf(record);
    if (choices.length < 2) {
      throw new LocalghostError("invalidRequest", vscode.l10n.t("The model has no other text for this prompt."));
    }
    const items = choices.map(({ text, confidence }, index) => ({
      label: `$(note) ${oneLine(text)}`,
      description: shareOf(confidence),
      ...(text.includes("\n") && { detail: oneLine(text.slice(text.indexOf("\n"))) }),
      index,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t("Compare Alternatives"),
      placeHolder: vscode.l10n.t("Choose the text to keep"),
    });
    if (chosen) await this.take(id, chosen.index);
  }

  async #on(id: string | undefined, call: (record: ResultRecord) => Promise<void> | void): Promise<void> {
    const { store, notifier } = this.#parts;
    const record = id === undefined ? store.all[0] : store.get(id);
    await notifier.guard(async () => {
      if (!record) throw new LocalghostError("invalidRequest", vscode.l10n.t("There is no result: run a task first."));
      await call(record);
    });
  }
}

/** Where the words of the answer before stand says nothing of this one. */
function withAnswer(result: TaskResult, { text, confidence }: TaskAnswer): TaskResult {
  const { mode, prompt, promptTokens, shots, dropped, model, alternatives, candidates, parts } = result;
  return { text, confidence, mode, prompt, promptTokens, shots, dropped, model, alternatives, candidates, parts };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
