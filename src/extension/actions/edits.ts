import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";
import { endsBeforeLine, openSource, type Place } from "./documentText.ts";
import { textToInsert, textToReplace } from "./placeText.ts";
import type { DocumentSource } from "./result.ts";

/** Puts an answer below or behind the text that it was made from. One undo takes it back. */
export async function insertAnswer(source: DocumentSource, answer: string): Promise<void> {
  const place = await openSource(source);
  const { document, range } = place;
  // Behind a selection of whole lines, not within its last line end: the answer is no part of the text that it is about.
  const isBehind = source.insertion === "behind" || endsBeforeLine(range);
  const end = isBehind ? range.end : document.lineAt(range.end.line).range.end;
  await edit(place, new vscode.Range(end, end), textToInsert(answer, source, endsBeforeLine(range)));
}

/** Puts an answer in the place of the text that it was made from. One undo takes it back. */
export async function replaceWithAnswer(source: DocumentSource, answer: string): Promise<void> {
  const place = await openSource(source);
  await edit(place, place.range, textToReplace(answer, source));
}

/** What {@link replaceWithAnswer} would make of the document. */
export async function textAfterReplace(source: DocumentSource, answer: string): Promise<string> {
  const { document, range } = await openSource(source);
  const text = document.getText();
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  return text.slice(0, start) + textToReplace(answer, source) + text.slice(end);
}

async function edit({ document }: Place, range: vscode.Range, text: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, range, text);
  if (!(await vscode.workspace.applyEdit(change))) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("VS Code could not change the document: copy the text instead."),
    );
  }
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  // One that is in sight is left as it is: by now the user may be at something else.
  const editor = visible ?? (await vscode.window.showTextDocument(document));
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
