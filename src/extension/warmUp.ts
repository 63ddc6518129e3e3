import * as vscode from "vscode";
import { type PromptAhead, warmWith } from "./client/generateText.ts";
import type { ModelSpec } from "../shared/protocol.ts";
import type { BackendAccess } from "./client/backend.ts";
import { buildPrompt, buildSuffix, windowStep } from "./completion/prompt.ts";
import { Warmer } from "./completion/warmer.ts";
import { getSetting } from "./config.ts";
import { placeAt } from "./documents.ts";
import { takesGhostTextAt } from "./ghostTextDocuments.ts";
import type { ModelSpecs } from "./models/modelSpecs.ts";
import type { RequestLog } from "./requestLog.ts";

/**
 * Has the engine read the text before the resting cursor, so that the next ghost text there comes at once.
 *
 * A window in which nobody writes costs nothing: until the first change to a text no engine is started for it, and a
 * model that was put to sleep is left so. Who writes gets the engine with the first letter, one load later than if it
 * had been started with the window; but many windows stay open for days with nobody writing in them.
 */
export function warmUpAtRest(
  engine: BackendAccess,
  models: Pick<ModelSpecs, "specFor">,
  windowLength: (languageId: string) => number,
  log: RequestLog,
): vscode.Disposable {
  let hasWritten = false;
  const specAtCursor = (): ModelSpec => models.specFor({ languageId: writtenEditor()?.document.languageId });
  const isMiddleFilled = (): boolean => engine.modelOf(specAtCursor)?.fillsInMiddle === true;
  const warm = warmWith(engine, () => promptsAtCursor(windowLength, isMiddleFilled()), log.readAhead, specAtCursor);
  const warmer = new Warmer(async (signal) => {
    const { kind } = engine.state;
    const isRunning = kind === "ready" || kind === "working" || kind === "starting";
    if (writtenEditor() && (isRunning || (kind === "off" && hasWritten))) await warm(signal);
  }, log.readAheadFailed);
  return vscode.Disposable.from(
    warmer,
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) warmer.moved();
    }),
    vscode.window.onDidChangeActiveTextEditor(() => warmer.moved()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || document !== writtenEditor()?.document) return;
      hasWritten = true;
      warmer.moved();
    }),
  );
}

/** The active editor, if ghost text is shown in it. */
function writtenEditor(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor && takesGhostTextAt(editor.document, editor.selection.active) ? editor : undefined;
}

/**
 * The prompt that a completion at the cursor would have. Where the window is about to move on, also the one that it
 * will have then: else a single keystroke would have to wait until the new window is read.
 */
function promptsAtCursor(
  windowLength: (languageId: string) => number,
  fillsInMiddle: boolean,
): { prompts: readonly PromptAhead[]; maxTokens: number } {
  const editor = writtenEditor();
  const maxTokens = getSetting("maxTokens");
  if (!editor) return { prompts: [], maxTokens };
  const { document, selection } = editor;
  const prompts = new Map<string, PromptAhead>();
  const length = windowLength(document.languageId);
  for (const ahead of [0, windowStep(length) / 2]) {
    const place = placeAt(document, selection.active, length, ahead);
    const prompt = buildPrompt(place);
    if (prompt !== "") prompts.set(prompt, { prompt, ...(fillsInMiddle && { suffix: buildSuffix(place) }) });
  }
  return { prompts: [...prompts.values()], maxTokens };
}
