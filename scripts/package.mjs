/**
 * `npm run package [-- --target linux-x64] [--out FILE]`: builds a VSIX that carries the native library of one platform
 * only, this machine's by default.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { projectNode, repository } from "./lib/paths.mjs";
import { describe, Problem } from "./lib/problem.mjs";

/** What onnxruntime-node ships a library for. */
const targets = ["win32-x64", "win32-arm64", "linux-x64", "linux-arm64", "darwin-arm64"];

const folder = mkdtempSync(join(tmpdir(), "localghost-package-"));
try {
  const { values } = parseArgs({ options: { target: { type: "string" }, out: { type: "string" } } });
  const target = values.target ?? `${process.platform}-${process.arch}`;
  if (!targets.includes(target)) throw new Problem(`There is no package for ${target}: use ${targets.join(", ")}.`);
  const packagePath = resolve(values.out ?? join(repository, `localghost-${target}.vsix`));
  if (
    spawnSync(projectNode, [join(repository, "scripts/build.mjs"), "--production"], { stdio: "inherit" }).status !== 0
  ) {
    throw new Problem("The build failed.");
  }
  const ignoreFile = join(folder, ".vscodeignore");
  writeFileSync(ignoreFile, readFileSync(join(repository, ".vscodeignore"), "utf8") + nativeLibrary(target));
  // The README's pictures stay in the repository, and no address of it is known here to point to.
  await createVSIX({
    cwd: repository,
    packagePath,
    target,
    ignoreFile,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  process.stdout.write(`${packagePath}: ${(statSync(packagePath).size / 1e6).toFixed(1)} MB\n`);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} target */
function nativeLibrary(target) {
  const [platform, architecture] = target.split("-");
  const library = `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${architecture}`;
  if (!existsSync(join(repository, library))) throw new Problem(`${library} is missing: run npm ci.`);
  // CUDA's libraries, which this machine may have linked there, are the user's to fetch.
  const files = readdirSync(join(repository, library)).filter((name) => !name.includes("_providers_"));
  return files.map((name) => `!${library}/${name}\n`).join("");
}
