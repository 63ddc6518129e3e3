import * as vscode from "vscode";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { placeTokens } from "../../tasks/tokenCuts.ts";
import type { BackendAccess, SpecSource } from "../client/backend.ts";
import type { Disposable } from "../disposables.ts";
import { COMMANDS, SCORES_ITEM } from "../ids.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { showProgress, type Notifier } from "../notify.ts";
import { rangesBefore, SURPRISE_BITS, type SurpriseRange, surpriseRanges } from "./surpriseLevels.ts";

/** A longer file is scored up to here: even a fast model reads some thousand characters a second. */
const MOST_CHARACTERS = 100_000;

/** By level: the shape of the line tells them apart as well as the colour. */
const LOOKS: readonly vscode.DecorationRenderOptions[] = [
  look("charts.yellow", "dotted"),
  look("charts.orange", "dashed"),
  look("charts.red", "solid"),
];

/** Paints files by how surprising the model finds each token, until they are cleared. */
export class FileScores implements Disposable {
  readonly #engine: BackendAccess;
  readonly #models: Pick<ModelSpecs, "specFor">;
  readonly #notifier: Notifier;
  readonly #types = LOOKS.map((options) => vscode.window.createTextEditorDecorationType(options));
  readonly #legend = vscode.window.createStatusBarItem(SCORES_ITEM, vscode.StatusBarAlignment.Right, 99);
  readonly #listeners: vscode.Disposable;
  readonly #ranges = new Map<string, readonly SurpriseRange[]>();

  constructor(engine: BackendAccess, models: Pick<ModelSpecs, "specFor">, notifier: Notifier) {
    this.#engine = engine;
    this.#models = models;
    this.#notifier = notifier;
    const [some, more, most] = SURPRISE_BITS;
    this.#legend.name = vscode.l10n.t("Localghost: Scores");
    this.#legend.text = vscode.l10n.t("$(eye) Surprise: ┈ {0} ╌ {1} ─ {2} bits", some, more, most);
    const sentence = vscode.l10n.t(
      "Underlined is what the model did not expect: dotted from {0} bits on (one chance in 16), dashed from {1}, solid from {2}. Click to clear.",
      some,
      more,
      most,
    );
    this.#legend.tooltip = sentence;
    this.#legend.accessibilityInformation = { label: sentence, role: "button" };
    this.#legend.command = COMMANDS.clearScores;
    this.#listeners = vscode.Disposable.from(
      ...this.#types,
      this.#legend,
      vscode.window.onDidChangeVisibleTextEditors(() => this.#paintAll()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#showLegend()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const first = Math.min(...contentChanges.map(({ rangeOffset }) => rangeOffset));
        if (contentChanges.length > 0) this.#keepBefore(document, first);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#ranges.delete(keyOf(document))),
    );
  }

  /** What is painted in a document: what the user sees, for tests. */
  rangesOf(document: vscode.TextDocument): readonly SurpriseRange[] {
    return this.#ranges.get(keyOf(document)) ?? [];
  }

  /** Scores the active file and paints it. Failures are shown to the user. */
  readonly score = async (): Promise<void> => {
    try {
      const document = vscode.window.activeTextEditor?.document;
      if (!document) {
        throw new LocalghostError("invalidRequest", vscode.l10n.t("No file is open: open the one to score."));
      }
      await showProgress(vscode.l10n.t("Score This File"), async (report, signal) => {
        const text = document.getText().slice(0, MOST_CHARACTERS);
        if (text.length < document.getText().length) {
          report(vscode.l10n.t("the first {0} characters", MOST_CHARACTERS));
        }
        const { version, languageId } = document;
        const ranges = await this.#scoreText(text, () => this.#models.specFor({ languageId }), signal);
        if (document.version !== version) {
          const message = vscode.l10n.t("The file was changed while it was scored: score it again.");
          throw new LocalghostError("invalidRequest", message);
        }
        this.#ranges.set(keyOf(document), ranges);
      });
      this.#paintAll();
    } catch (thrown) {
      if (!isCancelled(thrown)) this.#notifier.answer(toLocalghostError(thrown));
    }
  };

  readonly clear = (): void => {
    this.#ranges.clear();
    this.#paintAll();
  };

  dispose(): void {
    this.#listeners.dispose();
  }

  async #scoreText(text: string, spec: SpecSource, signal: AbortSignal): Promise<SurpriseRange[]> {
    return this.#engine.use(
      async ({ client, spec: model }) => {
        const { tokens } = await client.score({ model, text, priority: "action" }, signal);
        const { ends } = placeTokens(text, await client.tokenize({ model, text }, signal));
        return surpriseRanges(text, tokens, ends);
      },
      signal,
      spec,
    );
  }

  /** A token depends on those before it: what stands after a change holds no more. */
  #keepBefore(document: vscode.TextDocument, offset: number): void {
    const ranges = this.#ranges.get(keyOf(document));
    if (!ranges) return;
    const kept = rangesBefore(ranges, offset);
    if (kept.length > 0) this.#ranges.set(keyOf(document), kept);
    else this.#ranges.delete(keyOf(document));
    this.#paintAll();
  }

  #paintAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.#paint(editor);
    this.#showLegend();
  }

  #paint(editor: vscode.TextEditor): void {
    const { document } = editor;
    const ranges = this.rangesOf(document);
    for (const [level, type] of this.#types.entries()) {
      const options = ranges
        .filter((range) => range.level === level)
        .map(({ start, end, bits }) => ({
          range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
          hoverMessage: vscode.l10n.t("Localghost: {0} bits of surprise", bits.toFixed(1)),
        }));
      editor.setDecorations(type, options);
    }
  }

  #showLegend(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document && this.#ranges.has(keyOf(document))) this.#legend.show();
    else this.#legend.hide();
  }
}

function look(color: string, line: string): vscode.DecorationRenderOptions {
  return {
    textDecoration: `underline ${line} var(--vscode-${color.replace(".", "-")}) 2px`,
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

function keyOf({ uri }: vscode.TextDocument): string {
  return uri.toString();
}
