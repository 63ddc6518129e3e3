import * as vscode from "vscode";
import type { Disposable } from "../disposables.ts";
import { PREVIEW_SCHEME } from "../ids.ts";
import { textAfterReplace } from "./edits.ts";
import { fileName } from "./resultCard.ts";
import { textOf, type ResultRecord } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";

/** Shows what a replacement would change, in a diff editor; its title bar applies or discards it. */
export class ReplacePreview implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store: ResultStore;
  readonly #registration: vscode.Disposable;

  constructor(store: ResultStore) {
    this.#store = store;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this);
  }

  async provideTextDocumentContent({ query: id }: vscode.Uri): Promise<string> {
    const record = this.#store.get(id);
    return record?.source.kind === "document" ? textAfterReplace(record.source, textOf(record)) : "";
  }

  async open({ id, title, source }: ResultRecord): Promise<void> {
    if (source.kind !== "document") return;
    const original = vscode.Uri.parse(source.uri);
    // The path keeps its extension, by which the editor knows the language.
    const preview = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: original.path, query: id });
    const name = vscode.l10n.t("{0}: replace by “{1}”?", fileName(source.uri), title);
    await vscode.commands.executeCommand("vscode.diff", original, preview, name, { preview: true });
  }

  /** Closes the diff editor that is in front, and gives the result that it shows. */
  async takeOpen(): Promise<string | undefined> {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (!(tab?.input instanceof vscode.TabInputTextDiff) || tab.input.modified.scheme !== PREVIEW_SCHEME) {
      return undefined;
    }
    const { query } = tab.input.modified;
    await vscode.window.tabGroups.close(tab);
    return query;
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
