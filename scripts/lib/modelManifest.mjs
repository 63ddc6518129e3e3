/** models/manifest.json: the SHA-256 of every file of the embedded models, so that a damaged checkout is noticed. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** @typedef {Record<string, Record<string, string>>} Manifest Model name to file name to SHA-256 in hex. */

/** @param {string} file */
export function sha256(file) {
  return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/**
 * Checks every file that the manifest lists.
 * @param {string} modelsFolder
 * @returns {string[]} the models' folders
 * @throws {Error} in one sentence, when a file is missing or another one
 */
export function verifyModels(modelsFolder) {
  /** @type {Manifest} */
  const manifest = JSON.parse(fs.readFileSync(path.join(modelsFolder, "manifest.json"), "utf8"));
  return Object.entries(manifest).map(([model, files]) => {
    const folder = path.join(modelsFolder, model);
    for (const [name, expected] of Object.entries(files)) {
      const file = path.join(folder, name);
      if (!fs.existsSync(file)) throw new Error(`${file} is missing: check the repository out again.`);
      if (sha256(file) !== expected) {
        throw new Error(`${file} is not the file that models/manifest.json describes: check it out again.`);
      }
    }
    return folder;
  });
}

/**
 * Describes the models of a folder as they are now. Packed weights are left out: the build makes them.
 * @param {string} modelsFolder
 * @returns {Manifest}
 */
export function describeModels(modelsFolder) {
  const models = fs
    .readdirSync(modelsFolder)
    .filter((name) => fs.existsSync(path.join(modelsFolder, name, "config.json")));
  return Object.fromEntries(
    models.sort().map((model) => {
      const folder = path.join(modelsFolder, model);
      const names = fs.readdirSync(folder).filter((name) => !name.startsWith("localghost-"));
      return [model, Object.fromEntries(names.sort().map((name) => [name, sha256(path.join(folder, name))]))];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  const folder = path.resolve(import.meta.dirname, "..", "..", "models");
  fs.writeFileSync(path.join(folder, "manifest.json"), `${JSON.stringify(describeModels(folder), null, 2)}\n`);
}
