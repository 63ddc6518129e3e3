/** Looks into a VSIX: it must hold what its platform needs, with the licences and the bill of it, and nothing else. */
import { createHash } from "node:crypto";
import { openPromise } from "yauzl";
import { runtimeFiles } from "./packageTargets.mjs";
import { parseJson } from "./parseJson.mjs";
import { BINARY } from "./softwareBill.mjs";
import { noticeHeading } from "./thirdPartyNotices.mjs";

export const NOTICES = "dist/THIRD_PARTY_NOTICES.txt";
export const BILL = "dist/sbom.cdx.json";

/** The most that a package may take besides the models' weights. */
const MOST_BYTES = 40e6;
const WEIGHTS = /^models\/[\w-]+\/localghost-(int8|fp16)\.safetensors$/;

/** Where files may lie, besides those of ONNX Runtime. */
const ALLOWED = [
  /^(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|SECURITY\.md|LICENSE\.txt)$/,
  /^l10n\/bundle\.l10n\.[\w-]+\.json$/,
  /^dist\/[\w-]+\.(cjs|js|css|ttf)$/,
  /^docs\/([\w-]+\.md|images\/[\w-]+\.png)$/,
  /^media\/([\w-]+\/)*[\w.-]+\.(css|svg|png|woff|json|md|ts|py|js)$/,
  /^models\/manifest\.json$/,
  /^models\/[\w-]+\/(config\.json|tokenizer\.json|tasks\.json|README\.md)$/,
  WEIGHTS,
];
/** Without these nothing works. */
const NEEDED = [
  ...["package.json", "package.nls.json", "readme.md", "changelog.md", "LICENSE.txt", NOTICES, BILL],
  ...["extension.cjs", "engine.cjs", "models.cjs", "cli.js", "webview.js", "results.js"].map((name) => `dist/${name}`),
];

/**
 * @typedef {object} Entry
 * @property {number} packed Bytes inside the archive.
 * @property {Buffer} content
 */

/**
 * What is wrong with a VSIX, one sentence each.
 *
 * @param {{ manifest: string, entries: Map<string, Entry> }} content As {@link readPackage} gives it.
 * @param {number} bytes Of the whole file.
 * @param {{ target: string, preRelease: boolean, packages: readonly import("./shippedPackages.mjs").ShippedPackage[] }} expected
 * @returns {string[]}
 */
export function checkPackage({ manifest, entries }, bytes, { target, preRelease, packages }) {
  const runtime = new Set(runtimeFiles(target));
  const names = [...entries.keys()];
  const allowed = (/** @type {string} */ name) =>
    runtime.has(name) || name === NOTICES || name === BILL || ALLOWED.some((pattern) => pattern.test(name));
  const problems = [
    ...names.filter((name) => !allowed(name)).map((name) => `${name} does not belong into the package.`),
    ...[...NEEDED, ...runtime].filter((name) => !entries.has(name)).map((name) => `${name} is missing.`),
    ...(names.some((name) => WEIGHTS.test(name)) ? [] : ["There is no model."]),
    ...checkBinaries(entries, runtime),
    ...checkNotices(text(entries, NOTICES), packages),
    ...checkBill(text(entries, BILL), entries, packages),
  ];
  if (!manifest.includes(`TargetPlatform="${target}"`)) problems.push(`The manifest does not name ${target}.`);
  if (manifest.includes("Microsoft.VisualStudio.Code.PreRelease") !== preRelease) {
    problems.push(`The manifest says ${preRelease ? "release" : "pre-release"} and should not.`);
  }
  const besideModels = bytes - modelBytes(entries);
  if (besideModels > MOST_BYTES) {
    problems.push(
      `It takes ${(besideModels / 1e6).toFixed(1)} MB besides the model, and may take ${MOST_BYTES / 1e6} MB.`,
    );
  }
  return problems;
}

/**
 * @param {string} file
 * @returns {Promise<{ manifest: string, entries: Map<string, Entry> }>} By the names that they have when installed.
 */
export async function readPackage(file) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  let manifest = "";
  const zip = await openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const chunks = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(/** @type {Buffer} */ (chunk));
    const content = Buffer.concat(chunks);
    if (entry.fileName === "extension.vsixmanifest") manifest = content.toString();
    else if (entry.fileName.startsWith("extension/")) {
      entries.set(entry.fileName.slice("extension/".length), { packed: entry.compressedSize, content });
    }
  }
  return { manifest, entries };
}

/**
 * What the models' weights take of a package.
 *
 * @param {ReadonlyMap<string, Entry>} entries
 */
export function modelBytes(entries) {
  return [...entries].reduce((sum, [name, { packed }]) => sum + (WEIGHTS.test(name) ? packed : 0), 0);
}

/**
 * @param {ReadonlyMap<string, Entry>} entries
 * @param {ReadonlySet<string>} runtime
 */
function checkBinaries(entries, runtime) {
  return [...entries.keys()]
    .filter((name) => BINARY.test(name) && !runtime.has(name))
    .map((name) => `${name} is another platform's.`);
}

/**
 * @param {string} notices
 * @param {readonly import("./shippedPackages.mjs").ShippedPackage[]} packages
 */
export function checkNotices(notices, packages) {
  const lines = new Set(notices.split("\n"));
  return packages
    .filter((shipped) => !lines.has(noticeHeading(shipped)) || !notices.includes(shipped.licenceText))
    .map(({ name }) => `The notices lack the licence of ${name}.`);
}

/**
 * @param {string} json
 * @param {ReadonlyMap<string, Entry>} entries
 * @param {readonly { name: string, version: string }[]} packages
 */
export function checkBill(json, entries, packages) {
  if (json === "") return [];
  const bill = /** @type {import("./softwareBill.mjs").Bill} */ (parseJson(json));
  const known = new Set(bill.components.map((component) => component["bom-ref"]));
  const hashes = new Set(bill.components.flatMap(({ hashes = [] }) => hashes.map(({ content }) => content)));
  return [
    ...packages
      .filter(({ name, version }) => !known.has(`${name}@${version}`))
      .map(({ name }) => `The bill of materials lacks ${name}.`),
    ...[...entries]
      .filter(([name, { content }]) => (BINARY.test(name) || WEIGHTS.test(name)) && !hashes.has(sha256Of(content)))
      .map(([name]) => `The bill of materials lacks the checksum of ${name}.`),
  ];
}

/** @param {Buffer} content */
function sha256Of(content) {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * @param {ReadonlyMap<string, Entry>} entries
 * @param {string} name
 */
function text(entries, name) {
  return entries.get(name)?.content.toString() ?? "";
}
