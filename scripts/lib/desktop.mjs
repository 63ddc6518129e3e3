import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "./parseJson.mjs";
import { findOnPath, repository } from "./paths.mjs";
import { startGroup } from "./processGroup.mjs";
import { editorFreeEnvironment } from "./environment.mjs";

/** The `code` command of a desktop VS Code that can run Localghost; undefined when there is none. */
export function findInstalledDesktop() {
  return [findOnPath("code"), ...usualPlaces()].find((program) => program !== undefined && isDesktop(program));
}

function usualPlaces() {
  const windows = [
    process.env["LOCALAPPDATA"] && join(process.env["LOCALAPPDATA"], "Programs"),
    process.env["ProgramFiles"],
  ];
  const places = [
    "/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code",
    ...windows.filter((root) => root !== undefined).map((root) => join(root, "Microsoft VS Code", "bin", "code.cmd")),
  ];
  return places.filter(existsSync);
}

/**
 * A terminal inside a remote VS Code has a `code` that opens files there, WSL has the one of Windows, and the stand-alone
 * command makes tunnels: none of them opens a window of this system. The real one answers with version, commit and
 * processor on three lines.
 *
 * @param {string} program
 */
function isDesktop(program) {
  if (/remote-cli|^\/mnt\//.test(program)) return false;
  const { shell, quote } = shellFor(program);
  const { error, stdout } = spawnSync(quote(program), ["--version", ...rootFlags(), ...rootProfile(tmpdir())], {
    shell,
    encoding: "utf8",
    env: editorFreeEnvironment(),
    timeout: 20_000,
  });
  if (error) return false;
  const [version = "", ...others] = stdout.trim().split(/\r?\n/);
  return others.length === 2 && isNewEnough(version);
}

/** @param {string} version */
function isNewEnough(version) {
  const manifest = readFileSync(join(repository, "package.json"), "utf8");
  const { engines } = /** @type {{ engines: { vscode: string } }} */ (parseJson(manifest));
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = engines.vscode.replace(/^\D*/, "").split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/**
 * Opens a folder in a desktop VS Code with an extension from its sources.
 *
 * @param {string} program The `code` command, or VS Code's own program.
 * @param {string} folder
 * @param {string} extension
 * @returns {Promise<import("./processGroup.mjs").ProcessGroup>} It has exited when the window is closed.
 */
export async function openDesktop(program, folder, extension) {
  const { shell, quote } = shellFor(program);
  const profile = await mkdtemp(join(tmpdir(), "lg-"));
  const args = [
    ...["--new-window", "--wait", "--disable-workspace-trust", `--extensionDevelopmentPath=${extension}`],
    ...[...rootFlags(), ...(isCommand(program) ? rootProfile(profile) : ["--user-data-dir", profile])],
    ...[folder, join(folder, "README.md")],
  ];
  const group = await startGroup(quote(program), args.map(quote), {
    shell,
    env: editorFreeEnvironment(),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const clean = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return {
    ...group,
    exited: group.exited.finally(clean),
    stop: async () => {
      await group.stop();
      await clean();
    },
  };
}

/** On Linux, root's Chromium has no sandbox. */
export function rootFlags() {
  return isRoot() ? ["--no-sandbox"] : [];
}

/** @param {string} folder VS Code refuses to run as root in root's own profile. */
function rootProfile(folder) {
  return isRoot() ? ["--user-data-dir", folder] : [];
}

function isRoot() {
  return process.platform === "linux" && process.getuid?.() === 0;
}

/** @param {string} program Whether it hands over to a VS Code with the user's own profile. */
function isCommand(program) {
  return /[\\/]code(\.cmd)?$/.test(program) && !program.includes(".vscode-test");
}

/** @param {string} program Windows runs a .cmd file only through its shell, which wants quotes. */
function shellFor(program) {
  const shell = program.endsWith(".cmd");
  return { shell, quote: (/** @type {string} */ text) => (shell ? `"${text}"` : text) };
}
