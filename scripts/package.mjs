/**
 * `npm run package [-- --target linux-x64 | all] [--out FILE | FOLDER] [--pre-release] [--json FILE]`: builds a VSIX that carries
 * what one platform needs, this machine's by default, with the licences and a bill of all that is in it, and looks into it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { BILL, checkPackage, modelBytes, NOTICES, readPackage } from "./lib/checkPackage.mjs";
import { runtimeFiles, targets, thisTarget, weightsDtype } from "./lib/packageTargets.mjs";
import { projectNode, repository } from "./lib/paths.mjs";
import { describe, Problem } from "./lib/problem.mjs";
import { shippedPackages } from "./lib/shippedPackages.mjs";
import { softwareBill } from "./lib/softwareBill.mjs";
import { thirdPartyNotices } from "./lib/thirdPartyNotices.mjs";

/** @typedef {{ target: string, runtime: string, bytes: number, modelBytes: number }} Size */

const folder = mkdtempSync(join(tmpdir(), "localghost-package-"));
try {
  const { values } = parseArgs({
    options: {
      target: { type: "string", default: thisTarget() },
      out: { type: "string" },
      "pre-release": { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const chosen = values.target === "all" ? Object.keys(targets) : [values.target];
  const unknown = chosen.find((target) => !(target in targets));
  if (unknown) throw new Problem(`There is no package for ${unknown}: use ${Object.keys(targets).join(", ")} or all.`);
  const time = commitTime();
  // vsce gives all files of the archive this time, and sorts them.
  process.env["SOURCE_DATE_EPOCH"] = String(time.getTime() / 1000);
  /** @type {Size[]} */
  const sizes = [];
  for (const target of chosen) {
    const name = `localghost-${target}.vsix`;
    const out = values.out === undefined ? join(repository, name) : resolve(values.out, chosen.length > 1 ? name : "");
    sizes.push(await packageFor(target, { out, preRelease: values["pre-release"], time }));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(sizes, null, 2)}\n`);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} target
 * @param {{ out: string, preRelease: boolean, time: Date }} options
 * @returns {Promise<Size>}
 */
async function packageFor(target, { out, preRelease, time }) {
  const wasm = targets[target] === "wasm";
  build("--production", ...(wasm ? ["--wasm"] : []));
  try {
    const packages = shippedPackages(target);
    writeFileSync(join(repository, NOTICES), thirdPartyNotices(packages, target));
    const bill = await softwareBill(packages, target, time);
    writeFileSync(join(repository, BILL), `${JSON.stringify(bill, null, 2)}\n`);
    await pack(target, out, preRelease);
    const { size: bytes } = statSync(out);
    const content = await readPackage(out);
    const problems = checkPackage(content, bytes, { target, preRelease, packages });
    if (problems.length > 0) throw new Problem(`${out} is not fit to ship:\n${problems.join("\n")}`);
    const size = { bytes, modelBytes: modelBytes(content.entries) };
    process.stdout.write(`${out}: ${(size.bytes / 1e6).toFixed(1)} MB\n`);
    return { target, runtime: wasm ? "WebAssembly" : "native", ...size };
  } finally {
    // dist/ is this machine's again.
    if (wasm) build();
  }
}

/**
 * @param {string} target
 * @param {string} packagePath
 * @param {boolean} preRelease
 */
async function pack(target, packagePath, preRelease) {
  const ignoreFile = join(folder, ".vscodeignore");
  const weights = `models/*/localghost-${weightsDtype(target)}.safetensors`;
  const files = [...runtimeFiles(target), weights, NOTICES, BILL].map((file) => `!${file}\n`).join("");
  writeFileSync(ignoreFile, readFileSync(join(repository, ".vscodeignore"), "utf8") + files);
  mkdirSync(dirname(packagePath), { recursive: true });
  await createVSIX({ cwd: repository, packagePath, target, preRelease, ignoreFile, ...links() });
}

/**
 * The README's links and pictures lead to the repository at its tag. Only the workflow that publishes knows its address;
 * elsewhere they stay as they are.
 *
 * @returns {Partial<import("@vscode/vsce").IPackageOptions>}
 */
function links() {
  const { GITHUB_REPOSITORY, GITHUB_REF_NAME = "main" } = process.env;
  if (!GITHUB_REPOSITORY) return { rewriteRelativeLinks: false, allowMissingRepository: true };
  return {
    allowMissingRepository: true,
    baseContentUrl: `https://github.com/${GITHUB_REPOSITORY}/blob/${GITHUB_REF_NAME}`,
    baseImagesUrl: `https://raw.githubusercontent.com/${GITHUB_REPOSITORY}/${GITHUB_REF_NAME}`,
  };
}

/** @param {string[]} flags */
function build(...flags) {
  const { status } = spawnSync(projectNode, [join(repository, "scripts/build.mjs"), ...flags], { stdio: "inherit" });
  if (status !== 0) throw new Problem("The build failed.");
}

/** When what is packaged was committed, so that one commit gives one package; now where there is no git. */
function commitTime() {
  try {
    const seconds = execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: repository, encoding: "utf8" });
    return new Date(Number(seconds) * 1000);
  } catch {
    return new Date(Math.floor(Date.now() / 1000) * 1000);
  }
}
