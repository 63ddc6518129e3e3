import * as vscode from "vscode";

/**
 * The name of a file in the memory, as people would write it: its path in the workspace, with the folder's name where
 * there are several. A file elsewhere has its whole address, and so has each cell of an open notebook.
 */
export function memoryPath(uri: vscode.Uri): string {
  const isFile = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  return isFile && uri.fragment === "" ? vscode.workspace.asRelativePath(uri) : uri.toString();
}

/** The file of a name; undefined for one that is none. */
function uriOf(path: string): vscode.Uri | undefined {
  if (/^[\w.+-]+:\//.test(path) || path.startsWith("untitled:")) return vscode.Uri.parse(path);
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only] = folders;
  if (only && folders.length === 1) return vscode.Uri.joinPath(only.uri, path);
  const [name, ...rest] = path.split("/");
  const folder = folders.find((one) => one.name === name);
  return folder && vscode.Uri.joinPath(folder.uri, ...rest);
}

/** Goes to a line of a remembered file. */
export async function openRemembered(path: string, line: number): Promise<void> {
  const uri = uriOf(path);
  if (!uri) return;
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  await vscode.window.showTextDocument(uri, { selection, preserveFocus: false });
}
