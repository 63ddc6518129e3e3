import * as fs from "node:fs";
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
      throw new LocalghostError("modelNotFound", `There is no model "${name}" in ${models.path}.`);
    }
    const freed = folders.reduce((sum, folder) => sum + bytesBelow(folder), 0);
    takeAway(models, models.model(name));
    removeTree(models.stagingOf(name));
    return Promise.resolve(freed);
  });
}
