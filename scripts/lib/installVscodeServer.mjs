import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { runNpm } from "./npm.mjs";
import { cacheFolder } from "./paths.mjs";

/** code-server 4.139.1 carries VS Code 1.139.1, server and workbench. */
const version = "4.139.1";
/** Goes up when this file changes what it builds, so that an older cache is not used. */
const recipe = 1;

/**
 * Installs the VS Code server into this user's cache, once.
 *
 * @returns {Promise<string>} The folder that holds `out/server-main.js`.
 */
export async function installVscodeServer() {
  const target = join(cacheFolder(), `vscode-server-${version}-${recipe}`);
  const vscode = join(target, "node_modules", "code-server", "lib", "vscode");
  if (existsSync(target)) return vscode;
  await withLock(
    `${target}.lock`,
    async () => {
      if (!existsSync(target)) await build(target);
    },
    () => report("another process is installing it, waiting"),
  );
  return vscode;
}

/**
 * Builds in a folder beside the target and renames it last, so that an interrupted build is never used.
 *
 * @param {string} target
 */
async function build(target) {
  const began = Date.now();
  await removeOldRemains(target);
  const folder = await mkdtemp(`${target}-unfinished-`);
  try {
    report(`installing version ${version} with npm, once (about 150 MB to download)`);
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
    await runNpm([...install, `code-server@${version}`], { cwd: folder });
    const vscode = join(folder, "node_modules", "code-server", "lib", "vscode");
    await runNpm([...install, "--omit=dev"], { cwd: vscode });
    // TypeScript, for the built-in language features.
    await runNpm([...install, "--omit=dev"], { cwd: join(vscode, "extensions") });
    await replaceNativeModules(join(vscode, "node_modules", "@vscode"));
    await Promise.all(unused.map((path) => rm(join(vscode, path), { recursive: true, force: true })));
    await rename(folder, target).catch((/** @type {unknown} */ error) => {
      // Another process may have taken over a lock at the same moment; its result is as good.
      if (!existsSync(target)) throw error;
    });
    report(`installed in ${Math.round((Date.now() - began) / 1000)} s in ${target}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Removes what a build left that was killed; an hour old, so that nothing still writes there.
 *
 * @param {string} target
 */
async function removeOldRemains(target) {
  for (const name of await readdir(dirname(target))) {
    const path = join(dirname(target), name);
    if (!path.startsWith(`${target}-unfinished-`)) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}

/** No install scripts: they would download and compile parts that a test never uses. */
const install = ["install", "--ignore-scripts", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"];

/** Half of the size, none of it needed: agents, a sandbox for them, and the chat that would be in the way of ghost text. */
const unused = [
  join("extensions", "copilot"),
  ...["copilot", "copilot-sdk"].map((name) => join("node_modules", "@github", name)),
  ...["darwin", "linux", "linuxmusl", "win32"].flatMap((system) =>
    ["arm64", "x64"].map((cpu) => join("node_modules", "@github", `copilot-sdk-${system}-${cpu}`)),
  ),
  join("node_modules", "@microsoft", "mxc-sdk"),
];

/**
 * Two small native modules come as C++ source alone. JavaScript in their place needs no compiler; the others that VS
 * Code uses here (@parcel/watcher, node-pty) carry ready binaries.
 *
 * @param {string} modules
 */
async function replaceNativeModules(modules) {
  const spdlog = await emptyPackage(join(modules, "spdlog"), "@vscode/spdlog");
  await copyFile(new URL("./spdlog.mjs", import.meta.url), join(spdlog, "index.mjs"));
  // It ends an extension host whose server has died; the host also looks for its server every second by itself.
  const watchdog = await emptyPackage(join(modules, "native-watchdog"), "@vscode/native-watchdog");
  await writeFile(
    join(watchdog, "index.mjs"),
    "export function start() {}\nexport function exit(code) {\n  process.exit(code);\n}\n",
  );
}

/**
 * @param {string} folder
 * @param {string} name
 */
async function emptyPackage(folder, name) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, version: "0.0.0", main: "index.mjs" }));
  return folder;
}

/** @param {string} text */
function report(text) {
  process.stderr.write(`VS Code server: ${text}\n`);
}
