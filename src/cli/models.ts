import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError } from "../shared/errors.ts";

/** The folder of the models that come with Localghost: `models/` at the root, above `dist` and above `src/cli`. */
export function embeddedModelsFolder(): string {
  const bundled = path.resolve(import.meta.dirname, "..", "models");
  return fs.existsSync(bundled) ? bundled : path.resolve(import.meta.dirname, "..", "..", "models");
}

/** Names of the embedded models. */
export function embeddedModels(folder = embeddedModelsFolder()): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => fs.existsSync(path.join(folder, name, "config.json")))
    .sort();
}

/**
 * The folder that `--model` means: an embedded model by name, or any folder.
 * @throws LocalghostError `modelNotFound`
 */
export function resolveModel(nameOrFolder: string, folder = embeddedModelsFolder()): string {
  if (embeddedModels(folder).includes(nameOrFolder)) return path.join(folder, nameOrFolder);
  const direct = path.resolve(nameOrFolder);
  if (fs.existsSync(direct) && fs.statSync(direct).isDirectory()) return direct;
  throw new LocalghostError(
    "modelNotFound",
    `There is no model "${nameOrFolder}": name a folder, or one of ${embeddedModels(folder).join(", ") || "(no embedded models)"}.`,
  );
}
