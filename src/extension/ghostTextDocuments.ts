import * as vscode from "vscode";
import { excludedGlobs, filesGlobs, isEnabled } from "./config.ts";
import { isWritten, matchesAny } from "./documents.ts";

/** Beyond either VS Code itself takes a file for large, and turns off what it does for others. */
const MOST_LINES = 300_000;
const MOST_CHARACTERS = 20 * 1024 * 1024;
/** VS Code renders no more of a line: nobody writes there. */
const LONGEST_LINE = 10_000;

/** Whether ghost text is for a place in a document. With several cursors it would be right at one of them at best. */
export function takesGhostTextAt(document: vscode.TextDocument, position: vscode.Position): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document === document && editor.selections.length > 1) return false;
  return document.lineAt(document.validatePosition(position)).text.length <= LONGEST_LINE && takesGhostText(document);
}

/** Whether ghost text is for a document at all: one that is written, of a language that is on, neither excluded nor huge. */
function takesGhostText(document: vscode.TextDocument): boolean {
  return (
    isWritten(document) &&
    isEnabled(document.languageId) &&
    !matchesAny(document, excludedGlobs(document.uri)) &&
    !isReadOnly(document) &&
    !isHuge(document)
  );
}

/** Whether VS Code itself opens it as read-only, as far as its settings say so. */
function isReadOnly(document: vscode.TextDocument): boolean {
  const matches = (setting: "readonlyInclude" | "readonlyExclude"): boolean =>
    matchesAny(document, filesGlobs(setting, document.uri));
  return matches("readonlyInclude") && !matches("readonlyExclude");
}

function isHuge(document: vscode.TextDocument): boolean {
  const end = new vscode.Position(document.lineCount, 0);
  return document.lineCount > MOST_LINES || document.offsetAt(end) > MOST_CHARACTERS;
}
