import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { Disposable } from "../disposables.ts";
import { PREVIEW_SCHEME } from "../ids.ts";
import { textAfterReplace } from "./edits.ts";
import { fileName } from "./resultCard.ts";
import { textOf, type ResultRecord } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";

/** Whose replacement a diff editor shows. */
export interface Previewed {
  readonly id: string;
  /** Of the answer that it was made with. */
  readonly answerHash: string;
}

/** Tells one answer of a result from another. */
export function answerHash(record: ResultRecord): string {
  return createHash("sha256").update(textOf(record)).digest("base64url").slice(0, 12);
}

/** Shows what a replacement would change, in a diff editor; its title bar applies or discards it. */
export class ReplacePreview implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store: ResultStore;
  readonly #registration: vscode.Disposable;

  constructor(store: ResultStore) {
    this.#store = store;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const record = this.#store.get(toPreviewed(query).id);
    return record?.source.kind === "document" ? textAfterReplace(record.source, textOf(record)) : "";
  }

  async open(record: ResultRecord): Promise<void> {
    const { id, title, source } = record;
    if (source.kind !== "document") return;
    const original = vscode.Uri.parse(source.uri);
    // The path keeps its extension, by which the editor knows the language. Another answer is another document.
    const query = `${id} ${answerHash(record)}`;
    const preview = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: original.path, query });
    const name = vscode.l10n.t("{0}: replace by “{1}”?", fileName(source.uri), title);
    await vscode.commands.executeCommand("vscode.diff", original, preview, name, { preview: true });
  }

  /** Closes the diff editor that is in front, and tells what it shows. */
  async takeOpen(): Promise<Previewed | undefined> {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    if (!(tab?.input instanceof vscode.TabInputTextDiff) || tab.input.modified.scheme !== PREVIEW_SCHEME) {
      return undefined;
    }
    const { query } = tab.input.modified;
    await vscode.window.tabGroups.close(tab);
    return toPreviewed(query);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

function toPreviewed(query: string): Previewed {
  const [id = "", hash = ""] = query.split(" ");
  return { id, answerHash: hash };
}
