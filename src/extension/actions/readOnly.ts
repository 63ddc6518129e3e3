import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { isWritten } from "../documents.ts";
import type { Source } from "./result.ts";

const ANY_WRITE_PERMISSION = 0o222;

/** Why documents cannot be changed, as far as it was found out; an edit of one of them would fail or be lost. */
export class ReadOnlyDocuments {
  readonly #reasons = new Map<string, string>();

  /** Looks at a document before its first result is shown. */
  async examine(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    if (!isWritten(document) || (await isLocked(document.uri))) {
      this.#reasons.set(key, vscode.l10n.t("The document is read-only: copy the text instead."));
    } else this.#reasons.delete(key);
  }

  readonly whyReadOnly = (source: Source): string | undefined =>
    source.kind === "document" ? this.#reasons.get(source.uri) : undefined;
}

async function isLocked(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === "untitled") return false;
  try {
    if (uri.scheme === "file") return ((await stat(uri.fsPath)).mode & ANY_WRITE_PERMISSION) === 0;
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // A file that is not there yet can be written.
    return false;
  }
}
