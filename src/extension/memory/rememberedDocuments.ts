import * as vscode from "vscode";
import { toModelText } from "../completion/indentation.ts";
import { excludedGlobs } from "../config.ts";
import { isWritten, matchesAny } from "../documents.ts";
import { memoryPath } from "./memoryPath.ts";
import { isWrittenText, MOST_BYTES, notebookText } from "./textRules.ts";

/** The files on disk that may be remembered, by their names in the memory. */
export type ListedFiles = ReadonlyMap<string, vscode.Uri>;

/**
 * Whether an open document is remembered: in a workspace folder only what is listed there, elsewhere what the user has
 * opened to write in. In a workspace that is not trusted nothing is listed, and what is open is all there is.
 */
export function isRemembered(document: vscode.TextDocument, listed: ListedFiles): boolean {
  if (!isWritten(document) || matchesAny(document, excludedGlobs(document.uri))) return false;
  const uri = fileOf(document);
  if (uri.scheme === "untitled" || !vscode.workspace.isTrusted || !vscode.workspace.getWorkspaceFolder(uri))
    return true;
  return listed.has(memoryPath(uri));
}

/** The file that a document is of: a cell is of its notebook's. */
function fileOf({ uri }: vscode.TextDocument): vscode.Uri {
  if (uri.scheme !== "vscode-notebook-cell") return uri;
  return vscode.workspace.notebookDocuments.find((notebook) => notebook.uri.path === uri.path)?.uri ?? uri;
}

/** Open documents that are remembered, by their names in the memory. */
export function openDocuments(listed: ListedFiles): Map<string, vscode.TextDocument> {
  const documents = vscode.workspace.textDocuments.filter((document) => isRemembered(document, listed));
  return new Map(documents.map((document) => [memoryPath(document.uri), document]));
}

/** The text of a listed file; undefined where it is gone, or is not one that people wrote. */
export async function readListed(uri: vscode.Uri): Promise<string | undefined> {
  // An open notebook is remembered by its cells.
  if (vscode.workspace.notebookDocuments.some((notebook) => notebook.uri.toString() === uri.toString())) {
    return undefined;
  }
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > MOST_BYTES) return undefined;
    const text = new TextDecoder("utf-8").decode(await vscode.workspace.fs.readFile(uri));
    const written = uri.path.endsWith(".ipynb") ? notebookText(text) : text;
    return written !== undefined && isWrittenText(written) ? toModelText(written) : undefined;
  } catch {
    // Gone in the meantime.
    return undefined;
  }
}

/** A document's text as prompts have it; undefined where people did not write it. */
export function readOpen(document: vscode.TextDocument): string | undefined {
  const text = textOf(document);
  return isWrittenText(text) ? toModelText(text) : undefined;
}

/** A document's text, or that before a position, with `\n` at the end of lines. */
export function textOf(document: vscode.TextDocument, end?: vscode.Position): string {
  const text = document.getText(end && new vscode.Range(new vscode.Position(0, 0), end));
  return isCrlf(document) ? text.replaceAll("\r\n", "\n") : text;
}

export function isCrlf({ eol }: vscode.TextDocument): boolean {
  return eol === vscode.EndOfLine.CRLF;
}

/** Files near the active one first: they are the ones that help now. */
export function nearestFirst(paths: readonly string[]): string[] {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folders = active ? memoryPath(active).split("/").slice(0, -1) : [];
  const sharedFolders = (path: string): number => {
    const names = path.split("/");
    const parting = folders.findIndex((folder, depth) => folder !== names[depth]);
    return parting === -1 ? folders.length : parting;
  };
  return paths
    .map((path) => ({ path, shared: sharedFolders(path) }))
    .toSorted((a, b) => b.shared - a.shared)
    .map(({ path }) => path);
}
