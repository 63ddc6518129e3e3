/** What the name of a model means on this machine. */
import * as fs from "node:fs";
import * as path from "node:path";
import { findInstalled, installedNames } from "./installed.ts";
import type { ModelsFolder } from "./modelsFolder.ts";
import { recoverMove } from "./moveJournal.ts";

/** Names of the embedded models: the folders that come with Localghost. */
export function embeddedNames(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => fs.existsSync(path.join(folder, name, "config.json")))
    .sort();
}

/**
 * The folder of an embedded or an installed model; the owner may be left out where only one model has the name.
 * @returns undefined when there is none
 * @throws LocalghostError `modelNotFound` when there are several
 */
export function folderOfName(name: string, embedded: string, models: ModelsFolder): string | undefined {
  if (embeddedNames(embedded).includes(name)) return path.join(embedded, name);
  recoverMove(models);
  const isInstalled = installedNames(models).some((one) => one === name || one.endsWith(`/${name}`));
  return isInstalled ? models.model(findInstalled(models, name)) : undefined;
}
