/** Puts a whole model in its place, and takes one away, by renaming alone. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import type { ModelsFolder } from "./modelsFolder.ts";

/** Moves a finished folder to where its model stands; the one that stood there goes. */
export function installModel(models: ModelsFolder, name: string, finished: string): string {
  const folder = models.model(name);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const old = moveToTrash(models, folder);
  fs.renameSync(finished, folder);
  if (old !== undefined) removeTree(old);
  return folder;
}

/** Takes a model away. Once this returns it is gone for all; its bytes are freed in the same call. */
export function takeAway(models: ModelsFolder, folder: string): void {
  const moved = moveToTrash(models, folder);
  if (moved !== undefined) removeTree(moved);
  // The owner's folder, when this was its last model.
  removeIfEmpty(path.dirname(folder));
}

/** A rename is all or nothing; removing a tree is not. What a crash leaves in the trash is removed later. */
function moveToTrash(models: ModelsFolder, folder: string): string | undefined {
  if (!fs.existsSync(folder)) return undefined;
  fs.mkdirSync(models.trash, { recursive: true });
  const moved = path.join(models.trash, randomUUID());
  renameModel(folder, moved);
  return moved;
}

/**
 * Renames a model's folder: all or nothing.
 * @throws LocalghostError `modelBusy` when the system does not let it go, or what else the system says
 */
export function renameModel(folder: string, target: string): void {
  try {
    fs.renameSync(folder, target);
  } catch (cause) {
    // Windows does not move what a process has open.
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (!["EBUSY", "EPERM", "EACCES"].includes(code)) throw cause;
    throw new LocalghostError(
      "modelBusy",
      l10n.t(
        "{0} cannot be changed ({1}): stop the windows and commands that use it, or check who owns it.",
        folder,
        code,
      ),
      { cause },
    );
  }
}

export function removeTree(folder: string): void {
  // Windows may hold files that a virus scanner or a dying process has open.
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Removes a folder that has nothing in it; any other, and none at all, is left as it is. */
export function removeIfEmpty(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    // Not empty, not there, or no folder.
  }
}
