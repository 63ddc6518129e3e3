import * as vscode from "vscode";

/** What the rest of the extension needs of a log. The user's text is never written to it. */
export type Log = Pick<vscode.LogOutputChannel, "debug" | "info" | "warn" | "error">;

export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel("Localghost", { log: true });
}
