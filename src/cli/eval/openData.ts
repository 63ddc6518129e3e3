import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { DataError, type DataFile, type DataSource, type Line } from "../../eval/data/dataSource.ts";
import { sha256OfFile } from "../../models/fileHash.ts";

/** A data set on the disk. */
export interface DiskData extends DataSource {
  /** What could not be used, each once. */
  readonly rejected: readonly DataError[];
  /** Of the file; of a folder, of its files' names and hashes. */
  sha256(): Promise<string>;
}

export interface DataCare {
  /** Stop at the first record that cannot be used, rather than skip it. */
  readonly strict: boolean;
  readonly onRejected: (error: DataError) => void;
}

/**
 * Opens a file, or all files below a folder. Nothing is read yet but what tells a text.
 * @throws DataError where there is none, or it is empty or no text
 */
export function openData(name: string, { strict, onRejected }: DataCare): DiskData {
  const paths = filesOf(name);
  const rejected = new Map<string, DataError>();
  const reject = (error: DataError): void => {
    if (strict) throw error;
    // A set may be read twice.
    if (rejected.has(error.message)) return;
    rejected.set(error.message, error);
    onRejected(error);
  };
  const usable = paths.filter((file) => {
    const problem = problemOf(file);
    if (problem === undefined) return true;
    const error = new DataError(file, undefined, problem);
    if (paths.length === 1) throw error;
    reject(error);
    return false;
  });
  if (usable.length === 0) throw new DataError(name, undefined, "it has no text file");
  return {
    path: name,
    files: usable.map((file) => diskFile(file, reject)),
    reject,
    get rejected() {
      return [...rejected.values()];
    },
    async sha256() {
      const [only] = usable;
      if (usable.length === 1 && only !== undefined) return sha256OfFile(only);
      const hash = createHash("sha256");
      for (const file of usable) hash.update(`${path.relative(name, file)} ${await sha256OfFile(file)}\n`);
      return hash.digest("hex");
    },
  };
}

function filesOf(name: string): string[] {
  const stat = fs.statSync(name, { throwIfNoEntry: false });
  if (!stat) throw new DataError(name, undefined, "there is no such file or folder");
  if (!stat.isDirectory()) return [name];
  const entries = fs.readdirSync(name, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  if (files.length === 0) throw new DataError(name, undefined, "there is no file in the folder");
  return files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

/** Files that are known by how they begin, and what to do with them. */
const FORMATS = [
  { begins: [0x1f, 0x8b], reason: "it is compressed (gzip): unpack it first" },
  { begins: [0x42, 0x5a, 0x68], reason: "it is compressed (bzip2): unpack it first" },
  { begins: [0x28, 0xb5, 0x2f, 0xfd], reason: "it is compressed (Zstandard): unpack it first" },
  { begins: [0x50, 0x4b, 0x03, 0x04], reason: "it is an archive (ZIP): unpack it first" },
  { begins: [0x50, 0x41, 0x52, 0x31], reason: "it is Parquet: export it as JSON lines" },
] as const;

const HEAD_BYTES = 1 << 16;

/** Why a file is no text, by its beginning. */
function problemOf(file: string): string | undefined {
  const head = Buffer.alloc(HEAD_BYTES);
  const descriptor = fs.openSync(file, "r");
  const length = fs.readSync(descriptor, head, 0, HEAD_BYTES, 0);
  fs.closeSync(descriptor);
  if (length === 0) return "it is empty";
  const known = FORMATS.find(({ begins }) => begins.every((byte, i) => head[i] === byte));
  if (known) return known.reason;
  const at = head.subarray(0, length).indexOf(0);
  return at === -1 ? undefined : `it is no text (byte ${at} is 0)`;
}

function diskFile(file: string, reject: (error: DataError) => void): DataFile {
  return {
    path: file,
    name: path.basename(file),
    lines: () => linesOf(file, reject),
    text: async () => {
      const bytes = await fs.promises.readFile(file);
      const text = decode(bytes);
      if (text === undefined) throw new DataError(file, firstBadLine(bytes), NO_UTF8);
      return text;
    },
  };
}

const NO_UTF8 = "it is not UTF-8 text";
const NEW_LINE = 0x0a;

async function* linesOf(file: string, reject: (error: DataError) => void): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  const line = (bytes: Buffer): Line | undefined => {
    number++;
    const text = decode(bytes);
    if (text === undefined) {
      reject(new DataError(file, number, NO_UTF8));
      return undefined;
    }
    return { number, text: text.replace(/\r$/, "") };
  };
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = bytes.indexOf(NEW_LINE); at !== -1; at = bytes.indexOf(NEW_LINE, start)) {
      const found = line(bytes.subarray(start, at));
      if (found) yield found;
      start = at + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length === 0) return;
  const last = line(rest);
  if (last) yield last;
}

/** Undefined for bytes that are no UTF-8, or that hold a zero as no text does. */
function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function firstBadLine(bytes: Buffer): number {
  let number = 1;
  for (let start = 0; start < bytes.length; number++) {
    const end = bytes.indexOf(NEW_LINE, start);
    const stop = end === -1 ? bytes.length : end;
    if (decode(bytes.subarray(start, stop)) === undefined) return number;
    start = stop + 1;
  }
  return number;
}
