/** `localghost.json` in a model's folder: where the model came from, and the hash of each of its files. */
import * as fs from "node:fs";
import * as path from "node:path";
import { RECORD_FILE } from "../engine/model/lastUsed.ts";
import { isModelName } from "./modelName.ts";

export type ModelSource =
  | { readonly kind: "hub"; readonly endpoint: string; readonly repository: string; readonly commit: string }
  /** The name of the folder, file or archive; its path is nobody else's business. */
  | { readonly kind: "import"; readonly from: string };

export interface RecordedFile {
  readonly size: number;
  readonly sha256: string;
}

export interface Provenance {
  readonly version: 1;
  readonly name: string;
  readonly source: ModelSource;
  readonly licence?: string;
  /** ISO 8601. */
  readonly addedAt: string;
  /** By path inside the folder, with `/`. */
  readonly files: Readonly<Record<string, RecordedFile>>;
}

/** What is known of a model folder; undefined for one that Localghost did not put together, or whose record is damaged. */
export function readProvenance(folder: string): Provenance | undefined {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(folder, RECORD_FILE), "utf8"));
    return isProvenance(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the record and makes sure that it is on the disk. */
export function writeProvenance(folder: string, provenance: Provenance): void {
  const file = fs.openSync(path.join(folder, RECORD_FILE), "w");
  try {
    fs.writeFileSync(file, `${JSON.stringify(provenance, null, 2)}\n`);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function isProvenance(value: unknown): value is Provenance {
  const { version, name, source, files } = (value ?? {}) as Partial<Record<keyof Provenance, unknown>>;
  return (
    version === 1 &&
    typeof name === "string" &&
    isModelName(name) &&
    typeof source === "object" &&
    source !== null &&
    typeof files === "object" &&
    files !== null &&
    Object.entries(files).every(([file, recorded]) => isInside(file) && isRecordedFile(recorded))
  );
}

function isRecordedFile(value: unknown): value is RecordedFile {
  const { size, sha256 } = (value ?? {}) as Partial<Record<keyof RecordedFile, unknown>>;
  return typeof size === "number" && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}

/** A record must not name files elsewhere. */
function isInside(file: string): boolean {
  return !path.isAbsolute(file) && file.split(/[/\\]/).every((part) => part !== "" && part !== ".." && part !== ".");
}
