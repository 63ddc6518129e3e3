import * as fs from "node:fs";
import * as path from "node:path";
import { findInCatalogue } from "../models/catalogue.ts";
import { installedNames } from "../models/installed.ts";
import { defaultModelsFolder, ModelsFolder } from "../models/modelsFolder.ts";
import { embeddedNames, folderOfName } from "../models/namedModel.ts";
import { recoverMove } from "../models/moveJournal.ts";
import { LocalghostError } from "../shared/errors.ts";

/** The folder of the models that come with Localghost: `models/` at the root, above `dist` and above `src/cli`. */
export function embeddedModelsFolder(): string {
  const bundled = path.resolve(import.meta.dirname, "..", "models");
  const here = fs.existsSync(path.join(bundled, "manifest.json"));
  return here ? bundled : path.resolve(import.meta.dirname, "..", "..", "models");
}

/** Names of the embedded models. */
export function embeddedModels(folder = embeddedModelsFolder()): string[] {
  return embeddedNames(folder);
}

/**
 * The folder that `--model` means: an embedded model, one of the models folder, or any folder.
 * @throws LocalghostError `modelNotFound`
 */
export function resolveModel(
  nameOrFolder: string,
  folder = embeddedModelsFolder(),
  models = new ModelsFolder(defaultModelsFolder()),
): string {
  recoverMove(models);
  const named = folderOfName(nameOrFolder, folder, models);
  if (named !== undefined) return named;
  const direct = path.resolve(nameOrFolder);
  if (fs.existsSync(direct) && fs.statSync(direct).isDirectory()) return direct;
  const known = findInCatalogue(nameOrFolder);
  const hint = known
    ? `run "localghost models add ${known.name}" first.`
    : `name a folder, or one of ${[...embeddedModels(folder), ...installedNames(models)].join(", ") || "(no models)"}.`;
  throw new LocalghostError("modelNotFound", `There is no model "${nameOrFolder}": ${hint}`);
}
