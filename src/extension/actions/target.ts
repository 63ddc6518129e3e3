import * as vscode from "vscode";
import type { Scope } from "../../prompts/template.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { takeChanges } from "./gitChanges.ts";
import { innermostFunction } from "./innermostFunction.ts";
import { readOutline } from "./outline.ts";
import { paragraphAt } from "./paragraph.ts";
import type { DocumentSource, Source } from "./result.ts";

/** No model here looks back further than this. */
const LONGEST_TEXT_BEFORE = 20_000;

/** What a piece of a document is called, and where it stands. */
interface Piece {
  readonly range: vscode.Range;
  readonly description: string;
}

/**
 * What a task is done on: each selection that is not empty, else what the task takes at the cursor.
 * @throws {LocalghostError} where there is nothing
 */
export async function takeSources(
  editor: vscode.TextEditor | undefined,
  scope: Scope,
  repository?: vscode.Uri,
): Promise<Source[]> {
  if (scope === "changes") return [await takeChanges(repository)];
  if (!editor) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("There is no text to work on: open a file and select some of it."),
    );
  }
  const { document } = editor;
  const selections = editor.selections.filter(({ isEmpty }) => !isEmpty);
  const pieces = selections.length > 0 ? selections.map(selected) : [await atCursor(editor, scope)];
  const sources = pieces.map((piece) => takePiece(document, piece, scope));
  if (sources.every(({ text }) => text.trim() === "")) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("There is no text here: select some, or put the cursor into it."),
    );
  }
  return sources.filter(({ text }) => text.trim() !== "");
}

/** What a task is done on where the place is given: a code lens knows its function. */
export function takeRange(document: vscode.TextDocument, range: vscode.Range, scope: Scope): DocumentSource {
  return takePiece(document, { range, description: linesOf(range) }, scope);
}

function takePiece(document: vscode.TextDocument, { range, description }: Piece, scope: Scope): DocumentSource {
  return {
    kind: "document",
    uri: document.uri.toString(),
    range: { start: document.offsetAt(range.start), end: document.offsetAt(range.end) },
    text: document.getText(range),
    insertion: scope === "beforeCursor" ? "behind" : "below",
    description,
  };
}

function selected(selection: vscode.Selection): Piece {
  const description = selection.isSingleLine
    ? vscode.l10n.t("the selection in line {0}", selection.start.line + 1)
    : vscode.l10n.t("the selection in lines {0} to {1}", selection.start.line + 1, selection.end.line + 1);
  return { range: selection, description };
}

async function atCursor(editor: vscode.TextEditor, scope: Exclude<Scope, "changes">): Promise<Piece> {
  const { document, selection } = editor;
  switch (scope) {
    case "paragraph":
      return paragraph(document, selection.active);
    case "function":
      return (await enclosingFunction(document, selection.active)) ?? paragraph(document, selection.active);
    case "document":
      return { range: wholeOf(document), description: vscode.l10n.t("the whole document") };
    case "beforeCursor":
      return textBefore(document, selection.active);
  }
}

function paragraph(document: vscode.TextDocument, position: vscode.Position): Piece {
  const lines = paragraphAt(document, position.line);
  if (!lines) return { range: wholeOf(document), description: vscode.l10n.t("the whole document") };
  const range = new vscode.Range(lines.first, 0, lines.last, document.lineAt(lines.last).text.length);
  return { range, description: vscode.l10n.t("the paragraph in {0}", linesOf(range)) };
}

async function enclosingFunction(document: vscode.TextDocument, { line }: vscode.Position): Promise<Piece | undefined> {
  const found = innermostFunction(await readOutline(document.uri), line);
  if (!found) return undefined;
  // Whole lines: the model has seen code with its indentation.
  const range = document.validateRange(new vscode.Range(found.firstLine, 0, found.lastLine, Infinity));
  return { range, description: vscode.l10n.t("the function “{0}”", found.name) };
}

function textBefore(document: vscode.TextDocument, position: vscode.Position): Piece {
  const end = document.offsetAt(position);
  const start = document.positionAt(Math.max(0, end - LONGEST_TEXT_BEFORE));
  const description = vscode.l10n.t("the text before line {0}, column {1}", position.line + 1, position.character + 1);
  return { range: new vscode.Range(start, position), description };
}

function wholeOf(document: vscode.TextDocument): vscode.Range {
  return document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
}

function linesOf({ start, end }: vscode.Range): string {
  return start.line === end.line
    ? vscode.l10n.t("line {0}", start.line + 1)
    : vscode.l10n.t("lines {0} to {1}", start.line + 1, end.line + 1);
}
