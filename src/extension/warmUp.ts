import * as vscode from "vscode";
import { warmWith } from "./client/generateText.ts";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import { buildPrompt, windowStep } from "./completion/prompt.ts";
import { Warmer } from "./completion/warmer.ts";
import { getSetting, isEnabled } from "./config.ts";
import { isExcluded, isWritten, placeAt } from "./documents.ts";
import type { RequestLog } from "./requestLog.ts";

/**
 * Has the engine read the text before the resting cursor, so that the next ghost text there comes at once.
 *
 * A window in which nobody writes costs nothing: until the first change to a text no engine is started for it, and a
 * model that was put to sleep is left so. Who writes gets the engine with the first letter, one load later than if it
 * had been started with the window; but many windows stay open for days with nobody writing in them.
 */
export function warmUpAtRest(engine: EngineSupervisor, windowLength: () => number, log: RequestLog): vscode.Disposable {
  let hasWritten = false;
  const warm = warmWith(engine, () => promptsAtCursor(windowLength()), log.readAhead);
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
  if (!editor || !isWritten(editor.document) || !isEnabled(editor.document.languageId)) return undefined;
  return isExcluded(editor.document, getSetting("exclude")) ? undefined : editor;
}

/**
 * The prompt that a completion at the cursor would have. Where the window is about to move on, also the one that it
 * will have then: else a single keystroke would have to wait until the new window is read.
 */
function promptsAtCursor(windowLength: number): { prompts: string[]; maxTokens: number } {
  const editor = writtenEditor();
  const maxTokens = getSetting("maxTokens");
  if (!editor) return { prompts: [], maxTokens };
  const prompts = [0, windowStep(windowLength) / 2]
    .map((ahead) => buildPrompt(placeAt(editor.document, editor.selection.active, windowLength, ahead)).text)
    .filter((prompt) => prompt !== "");
  return { prompts: [...new Set(prompts)], maxTokens };
}
