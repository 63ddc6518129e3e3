/** Removes what processes that ended too early left in the models folder. Downloads that can go on are kept. */
import * as fs from "node:fs";
import * as path from "node:path";
import { removeAbandoned } from "../engine/model/temporaryFiles.ts";
import { bytesBelow } from "./diskSpace.ts";
import { ARRIVING } from "./download/unfinished.ts";
import { removeIfEmpty, removeTree } from "./install.ts";
import { installedNames } from "./installed.ts";
import type { ModelsFolder } from "./modelsFolder.ts";
import { recoverMove } from "./moveJournal.ts";
import { isLocked, removeAbandonedLocks } from "./processLock.ts";

/** @returns the bytes that were freed */
export function cleanUp(models: ModelsFolder): number {
  if (!fs.existsSync(models.path)) return 0;
  recoverMove(models);
  let freed = 0;
  const remove = (folder: string): void => {
    freed += bytesBelow(folder);
    removeTree(folder);
  };
  // What lies in the trash is nobody's any more.
  for (const name of namesIn(models.trash)) remove(path.join(models.trash, name));
  for (const key of namesIn(models.importing)) {
    if (!isLocked(models.lockOfKey(key))) remove(path.join(models.importing, key));
  }
  // A download that was installed, and whose process ended before it had tidied up.
  for (const key of namesIn(models.staging)) {
    const staging = path.join(models.staging, key);
    if (!fs.existsSync(path.join(staging, ARRIVING)) && !isLocked(models.lockOfKey(key))) remove(staging);
  }
  for (const name of installedNames(models)) freed += removeAbandoned(models.model(name));
  removeAbandonedLocks(models.locks);
  for (const folder of [models.trash, models.importing, models.staging, models.locks, ...owners(models)]) {
    removeIfEmpty(folder);
  }
  return freed;
}

function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

function owners(models: ModelsFolder): string[] {
  return namesIn(models.path)
    .filter((name) => !name.startsWith("."))
    .map((name) => path.join(models.path, name));
}
