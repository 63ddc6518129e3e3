/** Copies files so that each byte is known to have arrived. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { sha256OfFile } from "./fileHash.ts";

export interface CopyProgress {
  readonly activity: "copying" | "checking";
  /** Of the model. */
  readonly bytes: number;
}

/**
 * Copies the folder of a model to another disk, reads the copy again and compares; the times of files stay. What other
 * processes are still writing under a temporary name is left out.
 * @param target is made, and must not be there
 * @throws LocalghostError `modelInvalid` when the copy differs, `cancelled`, or what the system says of the disks
 */
export async function copyModel(
  source: string,
  target: string,
  signal: AbortSignal,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const hashes = new Map<string, string>();
  let copied = 0;
  fs.mkdirSync(target, { recursive: true });
  for (const entry of fs.readdirSync(source, { recursive: true, withFileTypes: true })) {
    const from = path.join(entry.parentPath, entry.name);
    const to = path.join(target, path.relative(source, from));
    fs.mkdirSync(path.dirname(to), { recursive: true });
    if (entry.isDirectory()) fs.mkdirSync(to, { recursive: true });
    else if (entry.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(from), to);
    else if (entry.isFile() && !/\.\d+\.tmp$/.test(entry.name)) {
      const onBytes = (count: number): void => onProgress({ activity: "copying", bytes: (copied += count) });
      hashes.set(to, await copyHashed(from, to, signal, onBytes));
      const { atime, mtime } = fs.statSync(from);
      fs.utimesSync(to, atime, mtime);
    }
  }
  let checked = 0;
  for (const [file, expected] of hashes) {
    const onBytes = (count: number): void => onProgress({ activity: "checking", bytes: (checked += count) });
    if ((await sha256OfFile(file, signal, onBytes)) === expected) continue;
    throw new LocalghostError("modelInvalid", l10n.t("{0} differs from what was copied there: check that disk.", file));
  }
}

/**
 * Copies a file, through to the disk.
 * @returns the SHA-256 of what was read
 * @throws LocalghostError `cancelled`
 */
export async function copyHashed(
  source: string,
  target: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const output = await fs.promises.open(target, "wx");
  try {
    for await (const chunk of fs.createReadStream(source, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal.aborted) throw new LocalghostError("cancelled", "Copying was cancelled.");
      hash.update(chunk);
      await output.writeFile(chunk);
      onBytes(chunk.length);
    }
    await output.sync();
  } finally {
    await output.close();
  }
  return hash.digest("hex");
}
