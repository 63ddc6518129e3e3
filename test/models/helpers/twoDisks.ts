/** Makes two folders stand on two disks: a rename from one to the other fails as between file systems. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import * as path from "node:path";

const { renameSync } = fs;

export function asTwoDisks(one: string, other: string): void {
  const diskOf = (file: fs.PathLike): string | undefined =>
    [one, other].find((folder) => !path.relative(folder, String(file)).startsWith(".."));
  fs.renameSync = (from, to) => {
    if (diskOf(from) !== diskOf(to)) {
      throw Object.assign(new Error("EXDEV: cross-device link not permitted"), { code: "EXDEV", syscall: "rename" });
    }
    renameSync(from, to);
  };
  syncBuiltinESMExports();
}

export function asOneDisk(): void {
  fs.renameSync = renameSync;
  syncBuiltinESMExports();
}
