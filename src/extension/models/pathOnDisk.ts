import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";

/**
 * The path of what was chosen in a dialogue: models are files that the engine reads by their paths.
 * @throws LocalghostError `invalidRequest` for what stands on no disk, as in a virtual workspace
 */
export function pathOnDisk(uri: vscode.Uri): string {
  if (uri.scheme === "file") return uri.fsPath;
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("{0} is on no disk of this machine: choose a folder or file that is.", uri.toString(true)),
  );
}
