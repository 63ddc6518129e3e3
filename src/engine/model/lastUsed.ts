/** When a model was last used: the time of an empty file beside it. Only models that were added have one. */
import * as fs from "node:fs";
import * as path from "node:path";

/** `localghost.json` tells where a model came from; a folder without it is none of ours, and nothing is written there. */
export const RECORD_FILE = "localghost.json";

const USED_FILE = "localghost-used";

/** As exact as a person asks. */
const NOTED_EVERY_MS = 3600 * 1000;

/** When this process last noted the use of a folder, so that requests do not ask the disk. */
const noted = new Map<string, number>();

/** Notes that a model is in use now, once an hour. Where that cannot be written, it is not. */
export function noteUse(folder: string, now = Date.now()): void {
  if (now - (noted.get(folder) ?? -Infinity) < NOTED_EVERY_MS) return;
  noted.set(folder, now);
  try {
    if (!fs.existsSync(path.join(folder, RECORD_FILE))) return;
    const file = path.join(folder, USED_FILE);
    fs.closeSync(fs.openSync(file, "a"));
    fs.utimesSync(file, now / 1000, now / 1000);
  } catch {
    // A folder that cannot be written to, or that goes in this moment.
  }
}

/** When a model was last used, to the hour; undefined for one that has not been. */
export function lastUse(folder: string): Date | undefined {
  return fs.statSync(path.join(folder, USED_FILE), { throwIfNoEntry: false })?.mtime;
}
