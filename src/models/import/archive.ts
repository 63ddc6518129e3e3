/** Unpacks the model in a `.zip`, `.tar`, `.tar.gz` or `.tgz`, and nothing else that an archive may hold. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip } from "node:zlib";
import * as l10n from "@vscode/l10n";
import { Parser, type ReadEntry } from "tar";
import { type Entry, openPromise } from "yauzl";
import { LocalghostError } from "../../shared/errors.ts";
import { explainDiskRefusal } from "../diskRefusal.ts";

export const ARCHIVE = /\.(zip|tar|tar\.gz|tgz)$/i;

/** Models have a dozen files; a dump of a training run has hundreds. */
const MOST_ENTRIES = 10_000;
/** Weights hardly shrink, and text to a tenth. */
const MOST_RATIO = 100;
/** Below this, no ratio is suspicious. */
const HARMLESS_BYTES = 64 << 20;

/** The names of files that a model may consist of. */
const WANTED =
  /^(config\.json|tokenizer\.json|vocab\.json|merges\.txt|added_tokens\.json|LICEN[CS]E(\.\w+)?|[\w.-]+\.safetensors(\.index\.json)?|[\w.-]+\.onnx(_data)?)$/i;

export interface Unpacking {
  readonly signal: AbortSignal;
  /** Called with how much of the archive has been read, in its own bytes. */
  readonly onBytes: (done: number) => void;
}

/**
 * Unpacks the files of a model into a folder, which keeps the archive's own folders.
 * @throws LocalghostError `modelInvalid` when the archive is damaged, reaches outside the folder, holds links or grows
 * beyond all measure; `cancelled`
 */
export async function unpackArchive(archive: string, target: string, unpacking: Unpacking): Promise<void> {
  const name = path.basename(archive);
  const bounds = new Bounds(name, fs.statSync(archive).size);
  try {
    if (/\.zip$/i.test(archive)) await unpackZip(archive, target, bounds, unpacking);
    else await unpackTar(archive, target, bounds, unpacking);
  } catch (error) {
    if (unpacking.signal.aborted) throw new LocalghostError("cancelled", "Unpacking was cancelled.");
    if (bounds.refused) throw bounds.refused;
    // What the disk refuses is explained with the rest of the import.
    if (explainDiskRefusal(error, name) !== error) throw error;
    throw new LocalghostError("modelInvalid", l10n.t("{0} is damaged: download or pack it again.", name), {
      cause: error,
    });
  }
}

/** What an archive may not exceed. */
class Bounds {
  readonly name: string;
  /** Why the archive is not unpacked: the first reason, whichever of the streams that it stops ends first. */
  refused: LocalghostError | undefined;
  readonly #archiveBytes: number;
  #entries = 0;
  #bytes = 0;

  constructor(name: string, archiveBytes: number) {
    this.name = name;
    this.#archiveBytes = archiveBytes;
  }

  countEntry(): void {
    if (++this.#entries > MOST_ENTRIES)
      throw this.refusal(l10n.t("{0} holds more than {1} files: it is not unpacked.", this.name, MOST_ENTRIES));
  }

  countBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > Math.max(HARMLESS_BYTES, MOST_RATIO * this.#archiveBytes)) {
      throw this.refusal(
        l10n.t("{0} unpacks to more than {1} times its size: it is not unpacked.", this.name, MOST_RATIO),
      );
    }
  }

  /**
   * The path of an entry below the target, or undefined for one that no model needs.
   * @throws LocalghostError for a path that leaves the target: who made the archive meant harm
   */
  place(entry: string, target: string): string | undefined {
    const parts = entry.split("/").filter((part) => part !== "" && part !== ".");
    const climbs = parts.includes("..") || entry.startsWith("/") || /[\\\0]|^[A-Za-z]:/.test(entry);
    if (climbs)
      throw this.refusal(
        l10n.t("{0} has a file that would be written outside its folder: it is not unpacked.", this.name),
      );
    if (!WANTED.test(parts.at(-1) ?? "")) return undefined;
    return path.join(target, ...parts);
  }

  refusal(sentence: string): LocalghostError {
    this.refused ??= new LocalghostError("modelInvalid", sentence);
    return this.refused;
  }
}

async function unpackZip(
  archive: string,
  target: string,
  bounds: Bounds,
  { signal, onBytes }: Unpacking,
): Promise<void> {
  const zip = await openPromise(archive, { autoClose: false });
  try {
    let read = 0;
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
      signal.throwIfAborted();
      bounds.countEntry();
      if (entry.isEncrypted()) throw bounds.refusal(l10n.t("{0} is encrypted: it is not unpacked.", bounds.name));
      if (isZipLink(entry)) throw bounds.refusal(l10n.t("{0} holds a link: it is not unpacked.", bounds.name));
      const file = bounds.place(entry.fileName, target);
      // As declared, which the library holds the entry to.
      bounds.countBytes(entry.uncompressedSize);
      if (file !== undefined && !entry.fileName.endsWith("/")) {
        await writeNew(await zip.openReadStreamPromise(entry), file, signal, new ChecksumCheck(entry.crc32));
      }
      read += entry.compressedSize;
      onBytes(read);
    }
  } finally {
    zip.close();
  }
}

/** Lets through what adds up to the checksum that an archive has of a file; the library does not compare it. */
class ChecksumCheck extends Transform {
  readonly #expected: number;
  #sum = 0;

  constructor(expected: number) {
    super();
    this.#expected = expected;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.#sum = crc32(chunk, this.#sum);
    done(null, chunk);
  }

  override _flush(done: (error?: Error) => void): void {
    if (this.#sum === this.#expected) done();
    else done(new Error(`CRC-32 is ${this.#sum}, and should be ${this.#expected}`));
  }
}

/** Unix keeps the kind of a file in the upper half of the attributes. */
function isZipLink({ externalFileAttributes }: Entry): boolean {
  const kind = (externalFileAttributes >>> 16) & 0o170000;
  return kind !== 0 && kind !== 0o100000 && kind !== 0o040000;
}

async function unpackTar(
  archive: string,
  target: string,
  bounds: Bounds,
  { signal, onBytes }: Unpacking,
): Promise<void> {
  const source = fs.createReadStream(archive, { highWaterMark: 1 << 20 });
  source.on("data", () => onBytes(source.bytesRead));
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        bounds.countBytes(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const parser = new Parser({ strict: true });
  const failed = new AbortController();
  const whileSound = AbortSignal.any([signal, failed.signal]);
  /** The parser ends when all is read, and the last files may still be on their way to the disk then. */
  const written: Promise<void>[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", reject);
    parser.on("entry", (entry: ReadEntry) => {
      const unpacked = unpackEntry(entry, target, bounds, whileSound);
      unpacked.catch(reject);
      written.push(unpacked);
    });
  });
  const writable = new WritableParser(parser);
  const reading = isGzip(archive)
    ? pipeline(source, createGunzip(), counted, writable, { signal })
    : pipeline(source, counted, writable, { signal });
  try {
    await Promise.all([reading, finished]);
    await Promise.all(written);
  } catch (error) {
    source.destroy();
    failed.abort();
    // Whoever removes what there is by now must not find more of it later.
    await Promise.allSettled(written);
    throw error;
  }
}

/** The library's parser in Node's terms. */
class WritableParser extends Transform {
  readonly #parser: Parser;

  constructor(parser: Parser) {
    super();
    this.#parser = parser;
    this.resume();
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    if (this.#parser.write(chunk)) done();
    else this.#parser.once("drain", () => done());
  }

  override _flush(done: (error?: Error) => void): void {
    this.#parser.end();
    done();
  }
}

async function unpackEntry(entry: ReadEntry, target: string, bounds: Bounds, signal: AbortSignal): Promise<void> {
  bounds.countEntry();
  const file = bounds.place(entry.path, target);
  if (entry.type === "Directory") {
    entry.resume();
    return;
  }
  if (!PLAIN_FILES.includes(entry.type))
    throw bounds.refusal(l10n.t("{0} holds a link or a device: it is not unpacked.", bounds.name));
  if (file === undefined) entry.resume();
  else await writeNew(Readable.from(entry as AsyncIterable<Buffer>), file, signal);
}

const PLAIN_FILES: readonly string[] = ["File", "OldFile", "ContiguousFile"];

/** Two entries of one name are one too many. */
async function writeNew(content: Readable, file: string, signal: AbortSignal, ...checks: Transform[]): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await pipeline([content, ...checks, fs.createWriteStream(file, { flags: "wx" })], { signal });
}

function isGzip(archive: string): boolean {
  const file = fs.openSync(archive, "r");
  try {
    const magic = Buffer.alloc(2);
    fs.readSync(file, magic, 0, 2, 0);
    return magic[0] === 0x1f && magic[1] === 0x8b;
  } finally {
    fs.closeSync(file);
  }
}
