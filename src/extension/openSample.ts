import * as vscode from "vscode";

/** Opens a copy of the sample that is saved nowhere, with the cursor where ghost text is likely. */
export async function openSample(extensionUri: vscode.Uri): Promise<void> {
  const file = vscode.Uri.joinPath(extensionUri, "media", "sample", "greetings.ts");
  const sample = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const hint = vscode.l10n.t("Go on at the end: type “export” and a space. Tab takes the ghost text, Escape hides it.");
  const document = await vscode.workspace.openTextDocument({
    language: "typescript",
    content: `// ${hint}\n\n${sample}`,
  });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(new vscode.Range(end, end));
}
