import * as vscode from "vscode";
import type { Completer } from "./completion/completer.ts";
import { placeAt } from "./documents.ts";

/** Tells the completer where the cursor goes while a text is being written, so that none is written in vain. */
export function followCursor(completer: Completer, windowLength: (languageId: string) => number): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections }) => {
      const [selection] = selections;
      if (!completer.isWriting || document !== vscode.window.activeTextEditor?.document || !selection) return;
      const isOne = selections.length === 1;
      completer.moved(isOne ? placeAt(document, selection.active, windowLength(document.languageId)) : undefined);
    }),
    vscode.window.onDidChangeActiveTextEditor(() => completer.moved(undefined)),
  );
}
