/**
 * Reader and writer of the safetensors format: 8 bytes of header length (little endian), a JSON header that gives each
 * tensor's dtype, shape and byte range, then the bytes. https://github.com/huggingface/safetensors#format
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { basename, dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { removeAbandoned, temporaryName } from "./temporaryFiles.ts";

const BYTES_PER_ELEMENT = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;
export type TensorDtype = keyof typeof BYTES_PER_ELEMENT;

/** One tensor of a file. `offset` counts bytes from the start of the file. */
export interface TensorEntry {
  name: string;
  dtype: TensorDtype;
  shape: readonly number[];
  offset: number;
  byteLength: number;
}

export interface SafetensorsHeader {
  tensors: ReadonlyMap<string, TensorEntry>;
  metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin. */
  dataOffset: number;
}

/** The reference implementation's own limit. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Reads and checks the header of a safetensors file; the tensors' bytes are not touched.
 * @throws LocalghostError `modelNotFound` without the file, `modelInvalid` when the header lies about the file
 */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  const file = openForReading(path);
  try {
    const size = fs.fstatSync(file).size;
    const prefix = Buffer.alloc(8);
    if (size < 8 || fs.readSync(file, prefix, 0, 8, 0) < 8) throw damaged(path, l10n.t("it is too short"));
    const headerBytes = Number(prefix.readBigUInt64LE());
    if (headerBytes > MAX_HEADER_BYTES) throw damaged(path, l10n.t("it does not begin with a safetensors header"));
    if (8 + headerBytes > size) throw damaged(path, l10n.t("it ends inside its header"));
    const header = Buffer.alloc(headerBytes);
    fs.readSync(file, header, 0, headerBytes, 8);
    return parseHeader(header.toString("utf8"), path, 8 + headerBytes, size);
  } finally {
    fs.closeSync(file);
  }
}

function parseHeader(json: string, path: string, dataOffset: number, size: number): SafetensorsHeader {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (cause) {
    throw damaged(path, l10n.t("its header is not JSON"), cause);
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw damaged(path, l10n.t("its header is not a JSON object"));
  const tensors = new Map<string, TensorEntry>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (name === "__metadata__") metadata = parseMetadata(value, path);
    else tensors.set(name, parseEntry(name, value, path, dataOffset, size));
  }
  refuseOverlaps(tensors.values(), path);
  return { tensors, metadata, dataOffset };
}

function parseMetadata(value: unknown, path: string): Record<string, string> {
  const isText =
    typeof value === "object" && value !== null && Object.values(value).every((v) => typeof v === "string");
  if (!isText) throw damaged(path, l10n.t("its metadata is not text"));
  return value as Record<string, string>;
}

function refuseOverlaps(tensors: Iterable<TensorEntry>, path: string): void {
  const byOffset = [...tensors].filter((tensor) => tensor.byteLength > 0).sort((a, b) => a.offset - b.offset);
  for (const [i, tensor] of byOffset.entries()) {
    const next = byOffset[i + 1];
    if (next && tensor.offset + tensor.byteLength > next.offset) {
      throw damaged(path, l10n.t('tensors "{0}" and "{1}" claim the same bytes', tensor.name, next.name));
    }
  }
}

function parseEntry(name: string, value: unknown, path: string, dataOffset: number, size: number): TensorEntry {
  const { dtype, shape, data_offsets: range } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES_PER_ELEMENT, dtype)) {
    throw damaged(path, l10n.t('tensor "{0}" has the unknown type {1}', name, JSON.stringify(dtype ?? null)));
  }
  if (!isCounts(shape) || !isCounts(range) || range.length !== 2) {
    throw damaged(path, l10n.t('tensor "{0}" has no valid shape and range', name));
  }
  const [begin = 0, end = 0] = range;
  const elements = shape.reduce((product, dimension) => product * dimension, 1);
  const byteLength = elements * BYTES_PER_ELEMENT[dtype as TensorDtype];
  if (end - begin !== byteLength) {
    throw damaged(
      path,
      l10n.t('tensor "{0}" claims {1} bytes where its shape needs {2}', name, end - begin, byteLength),
    );
  }
  if (dataOffset + end > size) throw damaged(path, l10n.t('it is cut off before the end of tensor "{0}"', name));
  return { name, dtype: dtype as TensorDtype, shape, offset: dataOffset + begin, byteLength };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}

export function openForReading(path: string): number {
  try {
    // A folder can be opened too, and fails at the first read.
    if (!fs.statSync(path).isFile()) throw new Error("it is not a file");
    return fs.openSync(path, "r");
  } catch (cause) {
    throw new LocalghostError(
      "modelNotFound",
      l10n.t("The weights file {0} cannot be opened: check that it exists.", path),
      {
        cause,
      },
    );
  }
}

/** Fills a fresh buffer from a position of an open file. */
export function readRange(file: number, offset: number, byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  let done = 0;
  // One read returns at most 2 GiB, and less where the system wants.
  while (done < byteLength) {
    const count = fs.readSync(file, bytes, done, Math.min(byteLength - done, 1 << 30), offset + done);
    if (count === 0)
      throw new LocalghostError(
        "modelInvalid",
        l10n.t("The weights file became shorter while it was read: load it again."),
      );
    done += count;
  }
  return bytes;
}

/** A tensor to write: its bytes come in pieces so that no large one needs to be whole in memory. */
export interface TensorToWrite {
  name: string;
  dtype: TensorDtype;
  shape: readonly number[];
  chunks: () => Iterable<Uint8Array>;
}

/** What stands in the metadata for a file's own checksum until that is known; see verifyChecksum.ts. */
export const UNSEALED = "0".repeat(64);

/** Where the checksum stands in the bytes of a header that has one. */
export function checksumOffset(header: Uint8Array, checksum: string): number {
  const before = '"checksum":"';
  return Buffer.from(header.buffer, header.byteOffset, header.byteLength).indexOf(before + checksum) + before.length;
}

/**
 * Writes a safetensors file under a temporary name and moves it into place, so that a file of that name is always whole.
 * Metadata may hold a `checksum`, {@link UNSEALED}: it becomes the SHA-256 of the file as it is with that in its place.
 * The format allows no holes, so only the first tensor is sure to begin at a page; callers put large ones first.
 */
export function writeSafetensors(...file: SafetensorsFile): void {
  const steps = writeInSteps(...file);
  while (!steps.next().done);
}

export interface Turns {
  signal?: AbortSignal | undefined;
  /** Called with how many bytes of tensors have been written. */
  onBytes?: ((written: number) => void) | undefined;
}

/**
 * As {@link writeSafetensors}, letting the process do other things between two chunks: large files take minutes.
 * @throws LocalghostError `cancelled`, with nothing left behind
 */
export async function writeSafetensorsInTurns(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
  { signal, onBytes }: Turns = {},
): Promise<void> {
  const steps = writeInSteps(path, tensors, metadata);
  for (let step = steps.next(); !step.done; step = steps.next()) {
    onBytes?.(step.value);
    await setImmediate();
    if (signal?.aborted) steps.throw(new LocalghostError("cancelled", "Packing was cancelled."));
  }
}

type SafetensorsFile = [path: string, tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>];

/** A step writes one chunk, and gives the bytes of tensors written so far. */
function* writeInSteps(...[path, tensors, metadata]: SafetensorsFile): Generator<number, void> {
  const { header, dataBytes } = layOut(tensors, metadata);
  const temporary = temporaryName(path);
  removeAbandoned(dirname(path), basename(path));
  try {
    const file = fs.openSync(temporary, "w");
    try {
      const hash = createHash("sha256").update(header);
      writeAll(file, header);
      let written = 0;
      for (const tensor of tensors) {
        for (const chunk of tensor.chunks()) {
          hash.update(chunk);
          written += writeAll(file, chunk);
          yield written;
        }
      }
      if (written !== dataBytes) {
        throw new Error(`wrote ${written} bytes of tensors where the header says ${dataBytes}`);
      }
      if (metadata["checksum"] === UNSEALED) {
        fs.writeSync(file, hash.digest("hex"), checksumOffset(header, UNSEALED), "latin1");
      }
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** The header of a file, padded, with its length before it. */
function layOut(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>>,
): { header: Uint8Array; dataBytes: number } {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape } of tensors) {
    const begin = end;
    end += shape.reduce((product, dimension) => product * dimension, 1) * BYTES_PER_ELEMENT[dtype];
    entries[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const json = Buffer.from(JSON.stringify(entries));
  const header = Buffer.alloc(Math.ceil((json.length + 8) / ALIGNMENT) * ALIGNMENT, " ");
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);
  return { header, dataBytes: end };
}

/** A page: ONNX Runtime maps external tensors from page boundaries. */
const ALIGNMENT = 4096;

function writeAll(file: number, bytes: Uint8Array): number {
  for (let done = 0; done < bytes.length;)
    done += fs.writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30));
  return bytes.length;
}

/** @param how a clause whose subject is the file */
function damaged(path: string, how: string, cause?: unknown): LocalghostError {
  return new LocalghostError(
    "modelInvalid",
    l10n.t("The weights file {0} is damaged: {1}. Download or copy it again.", path, how),
    { cause },
  );
}
