import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { editorFreeEnvironment } from "./environment.mjs";
import { installVscodeServer } from "./installVscodeServer.mjs";
import { parseJson } from "./parseJson.mjs";
import { projectNode } from "./paths.mjs";
import { Problem } from "./problem.mjs";
import { startGroup } from "./processGroup.mjs";

export { installVscodeServer };

/**
 * A running VS Code server.
 *
 * @typedef {object} VscodeServer
 * @property {number} port
 * @property {number} pid
 * @property {string} log The file with the server's own output.
 * @property {string} userDataDir
 * @property {string} serverDataDir
 * @property {string} extensionsDir
 * @property {(folder: string, payload?: [string, string][]) => string} url The page that opens a folder.
 * @property {(path: string) => string} remote The address by which the workbench knows a path on this machine.
 * @property {Promise<number | string>} exited
 * @property {() => Promise<void>} stop Ends the server with all its processes, and removes what it made for itself.
 */

/**
 * Installs the server when needed, starts it on a free port of the loopback address, and waits until it answers.
 * Folders that are not named are fresh ones, removed by stop().
 *
 * @param {object} [options]
 * @param {string} [options.userDataDir]
 * @param {string} [options.serverDataDir]
 * @param {string} [options.extensionsDir]
 * @param {NodeJS.ProcessEnv} [options.env] Added to this process's environment.
 * @param {Record<string, unknown>} [options.settings] User settings, added to ours.
 * @param {number} [options.port] A free one by default.
 * @param {string[]} [options.linkedExtensions] Folders of built extensions that run as if they were installed.
 * @param {boolean} [options.smokeTestDriver] On by default: VS Code then takes an extension or a suite from the page's
 *   address. It also shows no notification toasts, so turn it off to see what a user sees.
 * @returns {Promise<VscodeServer>}
 */
export async function startVscodeServer(options = {}) {
  const vscode = await installVscodeServer();
  const home = await mkdtemp(join(tmpdir(), "localghost-server-"));
  const userDataDir = options.userDataDir ?? join(home, "user");
  const serverDataDir = options.serverDataDir ?? join(home, "server");
  const extensionsDir = options.extensionsDir ?? join(home, "extensions");
  const log = join(home, "server.log");
  await writeSettings(userDataDir, options.settings);
  for (const folder of options.linkedExtensions ?? []) await linkExtension(folder, extensionsDir);
  const output = openSync(log, "a");
  const group = await startGroup(
    projectNode,
    [
      serverMain(vscode),
      ...["--host", "127.0.0.1", "--port", String(options.port ?? 0), "--without-connection-token"],
      ...(options.smokeTestDriver === false ? [] : ["--enable-smoke-test-driver"]),
      ...["--accept-server-license-terms", "--disable-telemetry", "--disable-workspace-trust"],
      ...["--user-data-dir", userDataDir, "--server-data-dir", serverDataDir, "--extensions-dir", extensionsDir],
    ],
    { cwd: home, env: { ...editorFreeEnvironment(), ...noGallery, ...options.env }, stdio: ["ignore", output, output] },
  );
  closeSync(output);
  const stop = async () => {
    await group.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await answeringPort(log, group.exited);
    const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${uriPath(path)}`;
    const url = (/** @type {string} */ folder, /** @type {[string, string][]} */ payload = []) => {
      const query = new URLSearchParams({ folder: uriPath(folder) });
      if (payload.length > 0) query.set("payload", JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query.toString()}`;
    };
    const { pid, exited } = group;
    return { port, pid, log, userDataDir, serverDataDir, extensionsDir, url, remote, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string} vscode The folder that installVscodeServer() gives. */
export function serverMain(vscode) {
  return join(vscode, "out", "server-main.js");
}

/** code-server reads this in place of the address of its extension gallery, which is on the internet. */
const noGallery = { EXTENSIONS_GALLERY: "{}" };

/** A quiet editor: nothing but the extension under test speaks. */
const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
};

/**
 * @param {string} userDataDir
 * @param {Record<string, unknown>} [settings]
 */
async function writeSettings(userDataDir, settings) {
  const file = join(userDataDir, "User", "settings.json");
  if (existsSync(file) && !settings) return;
  await mkdir(join(userDataDir, "User"), { recursive: true });
  await writeFile(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * VS Code takes up what it finds in a fresh extensions folder.
 *
 * @param {string} folder
 * @param {string} extensionsDir
 */
async function linkExtension(folder, extensionsDir) {
  const manifest = await readFile(join(folder, "package.json"), "utf8");
  const { publisher, name, version } = /** @type {Record<string, string>} */ (parseJson(manifest));
  await mkdir(extensionsDir, { recursive: true });
  await symlink(folder, join(extensionsDir, `${publisher}.${name}-${version}`), "junction");
}

/**
 * The port that the server writes to its log, once it serves the workbench there.
 *
 * @param {string} log
 * @param {Promise<number | string>} exited
 * @returns {Promise<number>}
 */
async function answeringPort(log, exited) {
  const limit = AbortSignal.timeout(60_000);
  /** @type {number | string | undefined} */
  let ended;
  void exited.then((code) => (ended = code));
  while (!limit.aborted) {
    const text = await readFile(log, "utf8");
    if (text.includes("EADDRINUSE")) throw new Problem("The port of the VS Code server is in use: choose another one.");
    const port = Number(/Extension host agent listening on (\d+)/.exec(text)?.[1] ?? 0);
    if (port > 0 && (await answers(port))) return port;
    if (ended !== undefined) {
      throw new Problem(`The VS Code server ended at start (${ended}); its last words: ${text.trim().slice(-400)}`);
    }
    await wait(50);
  }
  throw new Problem("The VS Code server did not answer within a minute.");
}

/** @param {number} port */
async function answers(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

/**
 * A path as it stands in a URI: `/home/me`, `/c:/Users/me`.
 *
 * @param {string} path
 */
function uriPath(path) {
  return decodeURIComponent(pathToFileURL(path).pathname);
}
