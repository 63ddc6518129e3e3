import * as fs from "node:fs";
import { temporaryName } from "../engine/model/temporaryFiles.ts";

/** Writes a small file so that it is there whole, on the disk, or as it was before. */
export function writeWhole(file: string, text: string): void {
  const temporary = temporaryName(file);
  const descriptor = fs.openSync(temporary, "w");
  try {
    fs.writeFileSync(descriptor, text);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(temporary, file);
}
