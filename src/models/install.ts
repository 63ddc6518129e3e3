/** Puts a whole model in its place, and takes one away, by renaming alone. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
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
  try {
    fs.rmdirSync(path.dirname(folder));
  } catch {
    // Others are in it.
  }
}

/** A rename is all or nothing; removing a tree is not. What a crash leaves in the trash is removed later. */
function moveToTrash(models: ModelsFolder, folder: string): string | undefined {
  if (!fs.existsSync(folder)) return undefined;
  fs.mkdirSync(models.trash, { recursive: true });
  const moved = path.join(models.trash, randomUUID());
  try {
    fs.renameSync(folder, moved);
  } catch (cause) {
    // Windows does not move what a process has open.
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (!["EBUSY", "EPERM", "EACCES"].includes(code)) throw cause;
    throw new LocalghostError(
      "modelBusy",
      `${folder} cannot be changed (${code}): stop the windows and commands that use it, or check who owns it.`,
      { cause },
    );
  }
  return moved;
}

export function removeTree(folder: string): void {
  // Windows may hold files that a virus scanner or a dying process has open.
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
