/** Which packages of others a VSIX carries: those that esbuild put into the bundles, VS Code's icons, and ONNX Runtime. */
import * as fs from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";
import { runtimeFiles } from "./packageTargets.mjs";
import { Problem } from "./problem.mjs";

/**
 * @typedef {object} ShippedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} licence As SPDX writes it.
 * @property {string} licenceText
 */

/** What may be in a package: licences that ask for no more than to be named. */
const PERMISSIVE = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC-BY-4.0"]);

const recordFile = path.join(repository, "node_modules", ".cache", "localghost-bundled-packages.json");
/** Texts for packages that name their licence and leave out its text. */
const textsFolder = path.join(repository, "scripts", "licences");

/**
 * Notes which packages went into the bundles of dist/.
 *
 * @param {string[]} inputs Paths of esbuild's metafiles.
 */
export function recordBundledPackages(inputs) {
  const folders = inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []);
  fs.mkdirSync(path.dirname(recordFile), { recursive: true });
  fs.writeFileSync(recordFile, JSON.stringify([...new Set(folders)].sort()));
}

/**
 * @param {string} target
 * @returns {ShippedPackage[]} Sorted by name.
 * @throws {Problem} when a package has no licence that may ship, or no text of it
 */
export function shippedPackages(target) {
  /** @type {string[]} */
  const bundled = JSON.parse(fs.readFileSync(recordFile, "utf8"));
  const runtime = runtimeFiles(target).map((file) => file.split("/").slice(0, 2).join("/"));
  const folders = new Set([...bundled, ...runtime, "node_modules/@vscode/codicons"]);
  return [...folders].map(describePackage).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {string} folder
 * @returns {ShippedPackage}
 */
function describePackage(folder) {
  const whole = path.join(repository, folder);
  /** @type {{ name: string, version: string, license?: string }} */
  const { name, version, license = "" } = JSON.parse(fs.readFileSync(path.join(whole, "package.json"), "utf8"));
  const names = license.replace(/[()]/g, "").split(/ (?:AND|OR) /);
  if (!names.every((one) => PERMISSIVE.has(one))) {
    throw new Problem(
      `${name} ${version} has the licence "${license}", which scripts/lib/shippedPackages.mjs does not know.`,
    );
  }
  return { name, version, licence: license, licenceText: licenceText(name, whole) };
}

/**
 * @param {string} name
 * @param {string} folder
 */
function licenceText(name, folder) {
  const own = fs
    .readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .sort()
    .map((file) => path.join(folder, file));
  const ours = path.join(textsFolder, name.startsWith("onnxruntime-") ? "onnxruntime/LICENSE.txt" : `${name}.txt`);
  const files = own.length > 0 ? own : [ours].filter((file) => fs.existsSync(file));
  if (files.length === 0) throw new Problem(`${name} has no licence text: put it into ${ours}.`);
  return files
    .map((file) =>
      fs
        .readFileSync(file, "utf8")
        .replace(/^\uFEFF/, "")
        .trim(),
    )
    .join("\n\n");
}
