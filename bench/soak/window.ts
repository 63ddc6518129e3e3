/** A VS Code window with the packaged extension, for somebody to work in. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { createCleanup } from "../../scripts/lib/cleanup.mjs";
import { installVsix } from "../../scripts/lib/installVsix.mjs";
import { projectNode, repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer, type VscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";
import type { ReplayFile } from "../replay/replayFile.ts";
import { beginFiles } from "./person.ts";

/** The editor adds nothing to what is typed, so that what is saved can be compared with it. */
const SETTINGS = {
  "files.autoSave": "off",
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "editor.autoClosingComments": "never",
  "editor.autoIndent": "none",
  "editor.acceptSuggestionOnEnter": "off",
  "editor.acceptSuggestionOnCommitCharacter": false,
  "html.autoClosingTags": false,
  "javascript.autoClosingTags": false,
  "typescript.autoClosingTags": false,
};

export interface Window {
  workbench: Workbench;
  server: VscodeServer;
  folder: string;
  /** Where its processes put temporary files, and nobody else. */
  temporary: string;
}

/**
 * @param work a folder for all that it writes
 * @param files will be typed in it
 * @param vsix the packaged extension; it is packaged first when absent
 * @param cleanup closes it
 */
export async function openWindow(
  work: string,
  files: readonly ReplayFile[],
  vsix: string | undefined,
  cleanup: ReturnType<typeof createCleanup>,
): Promise<Window> {
  const { extensionsDir, remove } = await installVsix(vsix ?? packageExtension(path.join(work, "localghost.vsix")));
  cleanup.add(remove);
  const workspace = await copySampleWorkspace();
  cleanup.add(workspace.remove);
  beginFiles(workspace.path, files);
  const temporary = path.join(work, "tmp");
  fs.mkdirSync(temporary);
  const env = { TMPDIR: temporary, XDG_CACHE_HOME: path.join(work, "cache") };
  const server = await startVscodeServer({ extensionsDir, env, settings: SETTINGS, smokeTestDriver: false });
  cleanup.add(server.stop);
  const workbench = await openWorkbench({ server, folder: workspace.path });
  cleanup.add(() => workbench.close());
  await workbench.waitForStatusBarText(/Localghost/);
  return { workbench, server, folder: workspace.path, temporary };
}

function packageExtension(vsix: string): string {
  const args = [path.join(repository, "scripts/package.mjs"), "--out", vsix];
  const { status } = spawnSync(projectNode, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The extension could not be packaged; the reason is above.");
  return vsix;
}
