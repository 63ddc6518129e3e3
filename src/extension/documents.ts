import * as vscode from "vscode";
import type { Place } from "./completion/place.ts";
import { windowText } from "./completion/prompt.ts";

/** Documents that are edited and stand in no file system. */
const EDITED_SCHEMES: ReadonlySet<string> = new Set(["untitled", "vscode-notebook-cell"]);
/** A line longer than this is no code that a person reads. */
const LONGEST_REST_OF_LINE = 1_000;
const NEXT_LINE_REACH = 10;
const MOST_BELOW = 1_000;

/**
 * Whether a document is one that people write: a file that can be written, an untitled one or a notebook's cell; not
 * output, not a side of a diff, not an input box.
 */
export function isWritten(document: vscode.TextDocument): boolean {
  const { scheme } = document.uri;
  return EDITED_SCHEMES.has(scheme) || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

/** A match takes VS Code a millisecond, and is asked for several times a keystroke. */
const MATCHES_KEPT = 200;
const matches = new Map<string, boolean>();

/** Whether a document's path, or its path in the workspace, matches one of the globs. */
export function matchesAny({ uri }: vscode.TextDocument, globs: readonly string[]): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
  const key = JSON.stringify([uri.toString(), folder, globs]);
  const known = matches.get(key);
  if (known !== undefined) return known;
  if (matches.size >= MATCHES_KEPT) matches.clear();
  const found = uriMatchesAny(uri, globs);
  matches.set(key, found);
  return found;
}

/** As {@link matchesAny}, for a file that is not open; nothing of it is kept. */
export function uriMatchesAny(uri: vscode.Uri, globs: readonly string[]): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const patterns = globs.flatMap((glob) => [glob, ...(folder ? [new vscode.RelativePattern(folder, glob)] : [])]);
  // Where the pattern asks for no language, it looks at no more of a document than its address.
  const document = { uri, languageId: "" } as vscode.TextDocument;
  return patterns.some((pattern) => vscode.languages.match({ pattern }, document) > 0);
}

/**
 * What stands around a position, with no more text than a window of so many characters.
 * @param ahead take the window that there will be after so many characters more
 */
export function placeAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  windowLength: number,
  ahead = 0,
): Place {
  const rest = document.lineAt(position).text.slice(position.character, position.character + LONGEST_REST_OF_LINE);
  return {
    documentId: document.uri.toString(),
    path: pathOf(document),
    languageId: document.languageId,
    before: textBefore(document, position, windowLength, ahead),
    after: rest,
    nextLine: nextLineOf(document, position.line),
    below: textBelow(document, position.line),
    prefersTabs: vscode.window.activeTextEditor?.options.insertSpaces === false,
  };
}

function pathOf(document: vscode.TextDocument): string | undefined {
  if (document.isUntitled) return undefined;
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(document.uri) !== undefined;
  // Outside of a workspace the folders above a file are the user's own and mean nothing to the model.
  return isInWorkspace ? vscode.workspace.asRelativePath(document.uri, false) : document.uri.path.split("/").at(-1);
}

function textBefore(
  document: vscode.TextDocument,
  position: vscode.Position,
  windowLength: number,
  ahead: number,
): string {
  const slice = (start: number, end: number) =>
    document.getText(new vscode.Range(document.positionAt(start), document.positionAt(end)));
  return windowText(slice, document.offsetAt(position), windowLength, ahead).replaceAll("\r\n", "\n");
}

/** The next lines, cut where they are longer than a model looks. */
function textBelow(document: vscode.TextDocument, line: number): string {
  let text = "";
  for (let next = line + 1; next < document.lineCount && text.length < MOST_BELOW; next++) {
    text += `${document.lineAt(next).text.slice(0, MOST_BELOW)}\n`;
  }
  return text.slice(0, MOST_BELOW);
}

function nextLineOf(document: vscode.TextDocument, line: number): string | undefined {
  const last = Math.min(document.lineCount - 1, line + NEXT_LINE_REACH);
  for (let next = line + 1; next <= last; next++) {
    const { text, isEmptyOrWhitespace } = document.lineAt(next);
    if (!isEmptyOrWhitespace) return text;
  }
  return undefined;
}
