import { join } from "node:path";
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { hasDisplay, repository } from "./paths.mjs";
import { Problem, messageOf } from "./problem.mjs";

/**
 * The program of a desktop VS Code that is downloaded once; undefined where the VS Code server is to be used.
 *
 * @returns {Promise<string | undefined>}
 */
export async function downloadDesktop() {
  const choice = process.env["LOCALGHOST_VSCODE"] ?? (hasDisplay() ? "any" : "server");
  if (choice === "server") return undefined;
  const version = process.env["LOCALGHOST_VSCODE_VERSION"] ?? "stable";
  try {
    return await downloadAndUnzipVSCode({ version, cachePath: join(repository, ".vscode-test") });
  } catch (error) {
    const reason = `VS Code ${version} could not be downloaded (${messageOf(error)})`;
    if (choice === "desktop") throw new Problem(`${reason}.`);
    process.stderr.write(`${reason}: the VS Code server is used instead.\n`);
    return undefined;
  }
}
