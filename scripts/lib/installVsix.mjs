import { spawn } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { editorFreeEnvironment } from "./environment.mjs";
import { projectNode } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { installVscodeServer, serverMain } from "./vscodeServer.mjs";

/**
 * Installs a packaged extension for the VS Code server, as its user would; give the result's `extensionsDir` to
 * startVscodeServer().
 *
 * @param {string} vsix
 * @param {string} [extensionsDir] A fresh folder by default.
 * @returns {Promise<{ extensionsDir: string, output: string, remove: () => Promise<void> }>}
 */
export async function installVsix(vsix, extensionsDir) {
  const vscode = await installVscodeServer();
  const home = await mkdtemp(join(await realpath(tmpdir()), "localghost-vsix-"));
  const folder = extensionsDir ?? join(home, "extensions");
  const remove = () => rm(home, { recursive: true, force: true, maxRetries: 5 });
  const { code, output } = await runServerCommand(vscode, [
    ...["--install-extension", resolve(vsix), "--force", "--extensions-dir", folder],
    ...["--user-data-dir", join(home, "user"), "--server-data-dir", join(home, "server")],
    ...["--accept-server-license-terms", "--disable-telemetry"],
  ]);
  if (code === 0 && output.includes("successfully installed")) return { extensionsDir: folder, output, remove };
  await remove();
  throw new Problem(`VS Code did not install ${vsix}: ${output.trim().slice(-400)}`);
}

/**
 * @param {string} vscode
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function runServerCommand(vscode, args) {
  return new Promise((finish, fail) => {
    const child = spawn(projectNode, [serverMain(vscode), ...args], {
      env: editorFreeEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
    });
    let output = "";
    child.stdout.on("data", (/** @type {Buffer} */ data) => (output += data.toString()));
    child.stderr.on("data", (/** @type {Buffer} */ data) => (output += data.toString()));
    child.on("error", fail);
    child.on("close", (code) => finish({ code, output }));
  });
}
