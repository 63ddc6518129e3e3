import * as fs from "node:fs";
import * as vscode from "vscode";
import { readModelsFolder } from "../config.ts";

/** Shows a folder in the system's file manager; where VS Code runs on another machine, as a window of its own. */
export async function revealFolder(folder: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  const isHere = vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
  if (isHere) await vscode.commands.executeCommand("revealFileInOS", uri);
  else await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: true });
}

export async function openModelsFolder(): Promise<void> {
  const { path } = readModelsFolder();
  fs.mkdirSync(path, { recursive: true });
  await revealFolder(path);
}
