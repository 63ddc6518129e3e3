import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { formatBytes } from "./formatBytes.ts";

/** Left free, since a full disk harms more than a model. */
const RESERVE_BYTES = 200e6;

/** Bytes that may be written below a folder, which need not exist yet. */
export async function freeBytes(folder: string): Promise<number> {
  let existing = path.resolve(folder);
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = await fs.promises.statfs(existing);
  return bavail * bsize;
}

/** @throws LocalghostError `downloadFailed` when so many bytes do not fit on the disk of a folder */
export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(folder);
  if (bytes === 0 || bytes + RESERVE_BYTES <= free) return;
  throw new LocalghostError(
    "downloadFailed",
    l10n.t(
      "{0} needs {1}, and the disk of {2} has {3} left: make room, or choose another models folder.",
      what,
      formatBytes(bytes),
      folder,
      formatBytes(free),
    ),
  );
}

/** Bytes of all files below a folder; 0 where there is none. */
export function bytesBelow(folder: string): number {
  if (!fs.existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // A file may go while others are counted.
    bytes += fs.statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
