/** The software bill of materials of a VSIX, in CycloneDX's JSON: npm's own, with what ships alone, its binaries and the model. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { npmOutput } from "./npm.mjs";
import { repository } from "./paths.mjs";
import { runtimeFiles, weightsDtype } from "./packageTargets.mjs";
import { Problem } from "./problem.mjs";
import { sha256 } from "./modelManifest.mjs";

/** Files of machine code, each of which is a component with its checksum. */
export const BINARY = /\.(node|dll|dylib|wasm|so(\.\d+)*)$/;

/**
 * @typedef {{ "bom-ref": string, type: string, name: string, version?: string, hashes?: { alg: string, content: string }[] }} Component
 * @typedef {{ ref: string, dependsOn?: string[] }} Dependency
 * @typedef {{ serialNumber: string, metadata: { timestamp: string, component: Component }, components: Component[], dependencies: Dependency[] }} Bill
 */

/**
 * @param {readonly import("./shippedPackages.mjs").ShippedPackage[]} packages
 * @param {string} target
 * @param {Date} time Of the commit, so that two builds of one commit are the same.
 * @returns {Promise<Bill>}
 */
export async function softwareBill(packages, target, time) {
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  /** @type {Bill} */
  const bill = JSON.parse(await npmOutput(args, { cwd: repository }));
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = bill.components.filter((component) => shipped.delete(component["bom-ref"]));
  if (shipped.size > 0) throw new Problem(`npm's list of packages lacks ${[...shipped].join(", ")}: run npm ci.`);
  const kept = new Set([bill.metadata.component["bom-ref"], ...components.map((component) => component["bom-ref"])]);
  // npm calls by "optional" what is needed for the build alone; here all of it ships.
  for (const component of components) Object.assign(component, { scope: "required", properties: [] });
  components.push(
    ...runtimeFiles(target)
      .filter((file) => BINARY.test(file))
      .map(binary),
    ...models(weightsDtype(target)),
  );
  Object.assign(bill.metadata.component, { type: "application", name: "localghost" });
  bill.metadata.timestamp = time.toISOString();
  const dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
  const whole = { ...bill, serialNumber: "", components, dependencies };
  return { ...whole, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(whole) + target)}` };
}

/**
 * @param {string} file Relative to the repository.
 * @returns {Component}
 */
function binary(file) {
  const hashes = [{ alg: "SHA-256", content: sha256(path.join(repository, file)) }];
  return { "bom-ref": file, type: "file", name: file, hashes };
}

/**
 * @param {string} dtype
 * @returns {Component[]}
 */
function models(dtype) {
  const folder = path.join(repository, "models");
  const names = fs.readdirSync(folder).filter((name) => fs.statSync(path.join(folder, name)).isDirectory());
  return names.sort().map((name) => {
    const weights = path.join(folder, name, `localghost-${dtype}.safetensors`);
    return {
      "bom-ref": `models/${name}`,
      type: "machine-learning-model",
      name,
      description: `A small GPT-2, packed as ${dtype}; its model card lies beside it.`,
      licenses: [{ license: { id: "MIT" } }],
      hashes: [{ alg: "SHA-256", content: sha256(weights) }],
    };
  });
}

/**
 * A UUID that a text determines.
 *
 * @param {string} text
 */
function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
