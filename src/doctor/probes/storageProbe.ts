import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { freeBytes } from "../../models/diskSpace.ts";

export interface StorageFacts {
  readonly freeBytes: number;
  /** The code of the system's refusal where nothing can be written: `EACCES`, `EROFS`, `ENOSPC`. */
  readonly refusal?: string;
}

/** Whether a folder can be written: known when it was done, since permissions say little on some systems. */
export async function probeStorage(folder: string): Promise<StorageFacts> {
  const free = await freeBytes(folder);
  const refusal = tryToWrite(folder);
  return { freeBytes: free, ...(refusal !== undefined && { refusal }) };
}

/** Leaves nothing behind: of the folders that were missing, none stays. */
function tryToWrite(folder: string): string | undefined {
  let made: string | undefined;
  try {
    made = fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `.doctor-${randomUUID()}`);
    fs.writeFileSync(file, "");
    fs.rmSync(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  } finally {
    removeEmpty(folder, made);
  }
}

/** @param top the highest folder that was made, as mkdir tells */
function removeEmpty(folder: string, top: string | undefined): void {
  if (top === undefined) return;
  try {
    for (let empty = path.resolve(folder); empty.length >= path.resolve(top).length; empty = path.dirname(empty)) {
      fs.rmdirSync(empty);
    }
  } catch {
    // Something has come into it meanwhile, which stays.
  }
}
