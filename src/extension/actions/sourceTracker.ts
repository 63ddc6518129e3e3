import * as vscode from "vscode";
import { relocate } from "./relocate.ts";
import type { DocumentSource, ResultRecord } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";
import { adjustRange } from "./trackedRange.ts";
import { toRange } from "./documentText.ts";

/** Keeps up with where the texts of the results stand, while their documents are edited, closed and opened again. */
export function trackSources(store: ResultStore): vscode.Disposable {
  const findAgain = (document: vscode.TextDocument) => {
    for (const { id, source } of recordsOf(store, document)) {
      if (!source.range) continue;
      store.moveSource(id, { ...source, range: relocate(document.getText(), source.text, source.range) });
    }
  };
  vscode.workspace.textDocuments.forEach(findAgain);
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const changes = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
        offset: rangeOffset,
        removed: rangeLength,
        inserted: text.length,
      }));
      for (const { id, source } of recordsOf(store, document)) {
        if (!source.range) continue;
        store.moveSource(id, { ...source, range: adjustRange(source.range, changes) });
      }
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      for (const { id, source } of recordsOf(store, document)) {
        if (!source.range) continue;
        // By this text it is found again.
        store.moveSource(id, { ...source, text: document.getText(toRange(document, source.range)) });
      }
    }),
    vscode.workspace.onDidOpenTextDocument(findAgain),
  );
}

function recordsOf(store: ResultStore, document: vscode.TextDocument): { id: string; source: DocumentSource }[] {
  const uri = document.uri.toString();
  return store.all.flatMap(({ id, source }: ResultRecord) =>
    source.kind === "document" && source.uri === uri ? [{ id, source }] : [],
  );
}
