import * as fs from "node:fs";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { bytesBelow } from "./diskSpace.ts";
import { removeTree, takeAway } from "./install.ts";
import type { ModelsFolder } from "./modelsFolder.ts";
import { withProcessLock } from "./processLock.ts";

/**
 * Removes a model, and what has arrived of a download of it. An engine that has it loaded keeps it until it unloads it.
 * @returns the bytes that were freed
 * @throws LocalghostError `modelNotFound`, or `modelBusy` while another process works on it
 */
export async function removeModel(models: ModelsFolder, name: string): Promise<number> {
  return withProcessLock(models.lockOf(name), name, () => {
    const folders = [models.model(name), models.stagingOf(name)].filter((folder) => fs.existsSync(folder));
    if (folders.length === 0) {
      throw new LocalghostError("modelNotFound", l10n.t('There is no model "{0}" in {1}.', name, models.path));
    }
    const freed = folders.reduce((sum, folder) => sum + bytesBelow(folder), 0);
    takeAway(models, models.model(name));
    removeTree(models.stagingOf(name));
    return Promise.resolve(freed);
  });
}

/**
 * Removes what has arrived of a download; a model of that name that is installed stays.
 * @returns the bytes that were freed, 0 when nothing had arrived
 * @throws LocalghostError `modelBusy` while another process works on it
 */
export async function discardDownload(models: ModelsFolder, name: string): Promise<number> {
  return withProcessLock(models.lockOf(name), name, () => {
    const staging = models.stagingOf(name);
    const freed = bytesBelow(staging);
    removeTree(staging);
    return Promise.resolve(freed);
  });
}
