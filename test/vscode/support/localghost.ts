import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../../src/extension/api.ts";

const PATIENCE_MS = 30_000;

/** Code at which the embedded model has something to say. */
export const QUEUE = [
  "export class Queue<T> {",
  "  private readonly items: T[] = [];",
  "",
  "  push(item: T): void {",
  "    this.items.push(item);",
  "  }",
  "",
  "  get length(): number {",
  "    return|",
  "  }",
  "}",
  "",
].join("\n");

export async function activateLocalghost(): Promise<LocalghostApi> {
  const extension = vscode.extensions.getExtension<LocalghostApi | undefined>("localghost.localghost");
  const api = await extension?.activate();
  assert.ok(api, "Localghost did not activate.");
  return api;
}

/**
 * Activates Localghost without the memory: in the documents of these tests a line ends after "return", which the memory
 * learns as they come, and then no text follows.
 */
export async function activateWithoutMemory(): Promise<LocalghostApi> {
  await setSetting("memory.enable", false);
  return activateLocalghost();
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `Waited in vain until ${what}.`);
    await sleep(50);
  }
}

/** Opens a new document with the cursor at the `|` of a text. */
export async function openMarked(marked: string, language = "typescript"): Promise<vscode.TextEditor> {
  const content = marked.replace("|", "");
  return showMarked(await vscode.workspace.openTextDocument({ language, content }), marked);
}

/** Opens a new file of the workspace with the cursor at the `|` of a text. */
export async function openMarkedFile(name: string, marked: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "The suite runs in a workspace.");
  const file = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(marked.replace("|", "")));
  return showMarked(await vscode.workspace.openTextDocument(file), marked);
}

/** Shows a document, and waits until VS Code has told that its editor is the active one. */
export async function showDocument(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document);
  await until("the editor is active", () => vscode.window.activeTextEditor === editor);
  return editor;
}

async function showMarked(document: vscode.TextDocument, marked: string): Promise<vscode.TextEditor> {
  const editor = await showDocument(document);
  const cursor = document.positionAt(marked.indexOf("|"));
  editor.selection = new vscode.Selection(cursor, cursor);
  return editor;
}

/** Asks for ghost text, accepts it and returns it. */
export async function acceptGhostText(editor: vscode.TextEditor): Promise<string> {
  const { document } = editor;
  const before = document.getText();
  const offset = document.offsetAt(editor.selection.active);
  await vscode.commands.executeCommand("localghost.trigger");
  await until("there is ghost text", async () => {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    return document.getText() !== before;
  });
  const after = document.getText();
  assert.equal(after.slice(0, offset), before.slice(0, offset), "What stands before the cursor has changed.");
  return after.slice(offset, after.length - (before.length - offset));
}

/** Changes a setting for the user; `undefined` brings the default back. */
export async function setSetting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("localghost").update(name, value, vscode.ConfigurationTarget.Global);
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  // Else the editor of an untitled document may be taken for that of the next one, which gets the same name.
  const { window } = vscode;
  await until(
    "no editor is open",
    () =>
      window.activeTextEditor === undefined &&
      window.visibleTextEditors.every(({ document }) => document.uri.scheme === "output"),
  );
}
