import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";
import { relocate } from "./relocate.ts";
import type { DocumentSource } from "./result.ts";
import type { TextRange } from "./trackedRange.ts";

/** A document with the place in it that a result was made from. */
export interface Place {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/**
 * Opens the document of a result at the text that it was made from, which may stand elsewhere by now.
 * @throws {LocalghostError} where the document or the text is gone
 */
export async function openSource(source: DocumentSource): Promise<Place> {
  const uri = vscode.Uri.parse(source.uri);
  const open = findOpen(uri);
  const document = open ?? (await reopen(uri));
  // An open document was watched; one that was closed may have been changed by anybody.
  const range = open ? source.range : source.range && relocate(document.getText(), source.text, source.range);
  if (!range) throw gone(vscode.l10n.t("The text that this was made from is gone: copy the result instead."));
  return { document, range: toRange(document, range) };
}

export function findOpen(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

export function toRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** A selection of whole lines ends before the first character of the next one. */
export function endsBeforeLine({ start, end }: vscode.Range): boolean {
  return end.character === 0 && end.line > start.line;
}

async function reopen(uri: vscode.Uri): Promise<vscode.TextDocument> {
  // Opening an untitled document that was closed would make another one.
  const message = vscode.l10n.t("The document that this was made from is gone: copy the result instead.");
  if (uri.scheme === "untitled") throw gone(message);
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    throw gone(message);
  }
}

function gone(message: string): LocalghostError {
  return new LocalghostError("invalidRequest", message);
}
