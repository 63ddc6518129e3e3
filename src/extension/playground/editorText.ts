import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";
import { withPlainLineEnds } from "../actions/lineEnds.ts";

/** The editor that the user has looked at last: while a page or a walkthrough has the focus, none is active. */
export function nearestEditor(): vscode.TextEditor | undefined {
  return vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
}

/** @throws LocalghostError where nothing is selected */
export function selectedText(): string {
  const editor = nearestEditor();
  const text = editor?.document.getText(editor.selection) ?? "";
  if (text !== "") return withPlainLineEnds(text);
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("Nothing is selected: select some text in an editor first."),
  );
}

/**
 * Writes a text where the cursor is.
 * @throws LocalghostError where there is no editor, or its document cannot be written
 */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = nearestEditor();
  if (!editor) throw new LocalghostError("invalidRequest", vscode.l10n.t("No file is open: open one to insert into."));
  const done = await editor.edit((edit) => edit.insert(editor.selection.active, text));
  if (done) return;
  throw new LocalghostError("invalidRequest", vscode.l10n.t("This file cannot be changed: open one that can."));
}
