import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runNpm } from "./npm.mjs";
import { parseJson } from "./parseJson.mjs";
import { nodeIn, repository } from "./paths.mjs";
import { Problem } from "./problem.mjs";

export { projectNode } from "./paths.mjs";

const oldestNode = [20, 18];

/**
 * Installs what package-lock.json names, unless it is installed already. Uses Node's own modules only, since nothing
 * else may be there yet.
 *
 * @param {string} [folder] The repository, or a copy of it.
 * @returns {Promise<"fresh" | "installed">}
 */
export async function ensureDependencies(folder = repository) {
  const version = process.versions.node;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Problem(`Localghost needs Node ${oldestNode.join(".")} or newer to build, and this is Node ${version}.`);
  }
  const lock = await readFile(join(folder, "package-lock.json"), "utf8");
  const stamp = join(folder, "node_modules", ".localghost-lock-hash");
  // Git may have written the file with either line ending.
  const hash = createHash("sha256").update(lock.replaceAll("\r\n", "\n")).digest("hex");
  if (existsSync(nodeIn(folder))) {
    if ((await readOr(stamp, "")) === hash) return "fresh";
    if (await npmInstalled(folder, lock)) {
      await writeFile(stamp, hash);
      return "fresh";
    }
  }
  process.stderr.write("Installing dependencies (npm ci)...\n");
  await runNpm(["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    // Its install script downloads CUDA libraries, which Localghost does not use.
    env: { ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  if (!existsSync(nodeIn(folder))) {
    throw new Problem(
      'npm did not install Node 24: allow install scripts (npm config "ignore-scripts") and try again.',
    );
  }
  await writeFile(stamp, hash);
  return "installed";
}

/**
 * Whether the developer's own `npm ci` or `npm install` put these very versions in place: npm leaves a list of what
 * it installed.
 *
 * @param {string} folder
 * @param {string} lock
 */
async function npmInstalled(folder, lock) {
  const installed = packagesOf(await readOr(join(folder, "node_modules", ".package-lock.json"), "{}"));
  const wanted = packagesOf(lock);
  const same = Object.entries(installed).every(([path, { version }]) => wanted[path]?.version === version);
  return same && Object.entries(wanted).every(([path, { optional }]) => path === "" || (optional ?? path in installed));
}

/**
 * @param {string} lock
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lock) {
  return /** @type {{ packages?: ReturnType<typeof packagesOf> }} */ (parseJson(lock)).packages ?? {};
}

/**
 * @param {string} file
 * @param {string} otherwise
 */
async function readOr(file, otherwise) {
  return existsSync(file) ? readFile(file, "utf8") : otherwise;
}
