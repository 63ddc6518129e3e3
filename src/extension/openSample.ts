import * as vscode from "vscode";
import type { BackendAccess } from "./client/backend.ts";
import { takesGhostTextAt } from "./ghostTextDocuments.ts";
import type { ModelSpecs } from "./models/modelSpecs.ts";

interface Parts {
  readonly answering: Pick<BackendAccess, "useQuietly">;
  readonly specs: Pick<ModelSpecs, "specFor">;
}

/** Opens a copy of the sample that is saved nowhere, with the cursor where ghost text is likely. */
export async function openSample(extensionUri: vscode.Uri, { answering, specs }: Parts): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, "media", "sample", "greetings.ts");
  const sample = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const hint = vscode.l10n.t("Go on at the end: type “export” and a space. Tab takes the ghost text, Escape hides it.");
  const document = await vscode.workspace.openTextDocument({
    language: "typescript",
    content: `// ${hint}\n\n${sample}`,
  });
  const end = document.lineAt(document.lineCount - 1).range.end;
  const load = async () =>
    answering.useQuietly(
      () => Promise.resolve(),
      new AbortController().signal,
      () => specs.specFor(document),
    );
  // Who opens it reads a line, and then types: the model may load meanwhile. Where it cannot, or is not there, the first
  // letter says so.
  if (takesGhostTextAt(document, end)) load().catch(() => undefined);
  // With the editor, not after it: a quick hand's first letters would stand at the top.
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(end, end) });
}
