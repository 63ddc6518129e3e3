/** Reads all files of a model and compares them with what is known of them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { hasCheckpoint, openCheckpoint } from "../engine/model/checkpoint.ts";
import { packedFileName } from "../engine/model/packedWeights.ts";
import { readSafetensorsHeader } from "../engine/model/safetensors.ts";
import { verifyChecksum } from "../engine/model/verifyChecksum.ts";
import { LocalghostError } from "../shared/errors.ts";
import { sha256OfFile } from "./fileHash.ts";
import { packedFiles } from "./installed.ts";
import { readProvenance } from "./provenance.ts";

/** `unknown`: nothing is recorded of the file, but it is not visibly damaged. */
export type FileState = "ok" | "damaged" | "missing" | "outdated" | "unknown";

export interface VerifiedFile {
  /** Inside the model's folder, with `/`. */
  readonly file: string;
  readonly state: FileState;
}

export interface VerifyProgress {
  readonly file: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/**
 * Verifies every byte of a model: its files against the hashes that were recorded when it was added, and its packed
 * weights against their own checksum and the files that they were packed from.
 * @throws LocalghostError `modelNotFound` or `cancelled`
 */
export async function verifyModel(
  folder: string,
  signal: AbortSignal,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
): Promise<VerifiedFile[]> {
  const recorded = recordedHashes(folder) ?? checkUnrecorded(folder);
  const packed = packedFiles(folder);
  const names = [...Object.keys(recorded), ...packed.map(({ dtype }) => packedFileName(dtype))];
  const bytesTotal = names.reduce((sum, name) => sum + sizeOf(path.join(folder, name)), 0);
  let bytesDone = 0;
  const report = (file: string) => (count: number) => onProgress({ file, bytesDone: (bytesDone += count), bytesTotal });

  const results: VerifiedFile[] = [];
  const hashes: Record<string, string> = {};
  for (const [file, expected] of Object.entries(recorded)) {
    const whole = path.join(folder, file);
    if (!fs.existsSync(whole)) {
      results.push({ file, state: "missing" });
      continue;
    }
    const actual = await sha256OfFile(whole, signal, report(file));
    hashes[file] = actual;
    results.push({ file, state: expected === undefined ? "unknown" : actual === expected ? "ok" : "damaged" });
  }
  for (const { dtype, state } of packed) {
    const file = packedFileName(dtype);
    results.push({ file, state: await verifyPacked(path.join(folder, file), state, hashes, signal, report(file)) });
  }
  return results;
}

/** The hash of each file that was recorded; undefined for a folder that has no record. */
function recordedHashes(folder: string): Record<string, string | undefined> | undefined {
  const provenance = readProvenance(folder);
  if (provenance) {
    return Object.fromEntries(Object.entries(provenance.files).map(([file, { sha256 }]) => [file, sha256]));
  }
  return embeddedHashes(folder);
}

/** The embedded models have one record beside their folders, of which a package carries only what it needs. */
function embeddedHashes(folder: string): Record<string, string> | undefined {
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, "..", "manifest.json"), "utf8")) as Record<
      string,
      Record<string, string>
    >;
    const files = manifest[path.basename(folder)];
    return (
      files && Object.fromEntries(Object.entries(files).filter(([file]) => fs.existsSync(path.join(folder, file))))
    );
  } catch {
    return undefined;
  }
}

/** Of a folder without a record it is known which files there must be, and that weights are whole. */
function checkUnrecorded(folder: string): Record<string, undefined> {
  const files = hasCheckpoint(folder) ? openCheckpoint(folder).files.map((file) => path.basename(file)) : [];
  return Object.fromEntries(["config.json", ...files].map((file) => [file, undefined]));
}

async function verifyPacked(
  file: string,
  state: "ready" | "outdated",
  hashes: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<FileState> {
  if (state === "outdated") return "outdated";
  try {
    await verifyChecksum(file, signal, onBytes);
  } catch (error) {
    if (error instanceof LocalghostError && error.kind === "modelInvalid") return "damaged";
    throw error;
  }
  const sources = JSON.parse(readSafetensorsHeader(file).metadata["hashes"] ?? "{}") as Record<string, string>;
  const isOfThese = Object.entries(sources).every(
    ([name, hash]) => hashes[name] === undefined || hashes[name] === hash,
  );
  return isOfThese ? "ok" : "outdated";
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
