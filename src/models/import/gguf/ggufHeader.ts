/**
 * Reader of the header of a GGUF file, llama.cpp's format: metadata, and the names, types, shapes and places of tensors.
 * https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import * as fs from "node:fs";
import * as l10n from "@vscode/l10n";
import { openForReading } from "../../../engine/model/safetensors.ts";
import { LocalghostError } from "../../../shared/errors.ts";
import { type GgmlType, ggmlByteLength, ggmlTypeName, isGgmlType } from "./ggmlTypes.ts";

export type GgufValue = number | boolean | string | readonly string[] | readonly number[];

export interface GgufTensor {
  readonly name: string;
  /** What the file says it is; undefined for a type that is not read. */
  readonly type: GgmlType | undefined;
  readonly typeName: string;
  /** Innermost first: a matrix `[out, in]` is `[in, out]` here. */
  readonly dimensions: readonly number[];
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** A vocabulary of a quarter of a million pieces with its merges takes some fifteen. */
const MOST_HEADER_BYTES = 64 << 20;
const MOST_DIMENSIONS = 4;
const DEFAULT_ALIGNMENT = 32;

/** `gguf_metadata_value_type`: bytes of a value of a fixed size. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const STRING = 8;
const ARRAY = 9;
/** A value of this type is true or false. */
const BOOLEAN = 7;

/**
 * Reads the header; the tensors' bytes are not touched. What it says is held against the size of the file before it is
 * believed, so that a wrong number costs neither time nor memory.
 * @throws LocalghostError `modelNotFound` without the file, `modelInvalid`
 */
export function readGgufHeader(file: string): GgufHeader {
  const descriptor = openForReading(file);
  try {
    return parse(new Cursor(descriptor, fs.fstatSync(descriptor).size, file));
  } finally {
    fs.closeSync(descriptor);
  }
}

function parse(cursor: Cursor): GgufHeader {
  if (cursor.take(4).toString("latin1") !== "GGUF") throw cursor.damaged(l10n.t("it does not begin as a GGUF file"));
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        "{0} is GGUF of version {1}, and 2 and 3 are read: convert the model again with today's llama.cpp.",
        cursor.file,
        version,
      ),
    );
  }
  const tensorCount = cursor.count(24);
  const valueCount = cursor.count(13);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const key = cursor.text();
    metadata.set(key, readValue(cursor, cursor.u32()));
  }
  const infos: Omit<GgufTensor, "byteLength">[] = [];
  for (let i = 0; i < tensorCount; i++) infos.push(readTensorInfo(cursor));
  const alignment = metadata.get("general.alignment") ?? DEFAULT_ALIGNMENT;
  if (typeof alignment !== "number" || alignment < 1 || alignment > 1 << 20 || !Number.isInteger(alignment)) {
    throw cursor.damaged(l10n.t("its tensors are aligned in no possible way"));
  }
  const dataOffset = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const info of infos) {
    if (tensors.has(info.name)) throw cursor.damaged(l10n.t('tensor "{0}" is there twice', info.name));
    tensors.set(info.name, placed(info, dataOffset, cursor));
  }
  return { metadata, tensors };
}

function readTensorInfo(cursor: Cursor): Omit<GgufTensor, "byteLength"> {
  const name = cursor.text();
  const count = cursor.u32();
  if (count > MOST_DIMENSIONS) throw cursor.damaged(l10n.t('tensor "{0}" has {1} dimensions', name, count));
  const dimensions = Array.from({ length: count }, () => cursor.u64());
  const type = cursor.u32();
  return {
    name,
    dimensions,
    type: isGgmlType(type) ? type : undefined,
    typeName: ggmlTypeName(type),
    offset: cursor.u64(),
  };
}

/** Tensors of types that are not read have no length here; whoever needs one says so. */
function placed(info: Omit<GgufTensor, "byteLength">, dataOffset: number, cursor: Cursor): GgufTensor {
  const { name, type, dimensions } = info;
  const offset = dataOffset + info.offset;
  if (type === undefined) return { ...info, offset, byteLength: 0 };
  const elements = dimensions.reduce((product, dimension) => product * dimension, 1);
  const byteLength = ggmlByteLength(dimensions[0] ?? 1, type) * (elements / (dimensions[0] ?? 1));
  if (elements === 0 || !Number.isSafeInteger(byteLength)) {
    throw cursor.damaged(l10n.t('tensor "{0}" has an impossible shape', name));
  }
  if (offset + byteLength > cursor.size)
    throw cursor.damaged(l10n.t('it is cut off before the end of tensor "{0}"', name));
  return { ...info, offset, byteLength };
}

function readValue(cursor: Cursor, type: number): GgufValue {
  if (type === STRING) return cursor.text();
  if (type !== ARRAY) return readNumber(cursor, type);
  const itemType = cursor.u32();
  if (itemType === STRING) return Array.from({ length: cursor.count(8) }, () => cursor.text());
  // Arrays in arrays are nothing that a language model has.
  const bytes = bytesOfType(cursor, itemType);
  return Array.from({ length: cursor.count(bytes) }, () => Number(readNumber(cursor, itemType)));
}

function readNumber(cursor: Cursor, type: number): number | boolean {
  const bytes = cursor.take(bytesOfType(cursor, type));
  switch (type) {
    case 0:
      return bytes.readUInt8();
    case 1:
      return bytes.readInt8();
    case 2:
      return bytes.readUInt16LE();
    case 3:
      return bytes.readInt16LE();
    case 4:
      return bytes.readUInt32LE();
    case 5:
      return bytes.readInt32LE();
    case 6:
      return bytes.readFloatLE();
    case BOOLEAN:
      return bytes.readUInt8() !== 0;
    case 10:
      return Number(bytes.readBigUInt64LE());
    case 11:
      return Number(bytes.readBigInt64LE());
    default:
      return bytes.readDoubleLE();
  }
}

function bytesOfType(cursor: Cursor, type: number): number {
  const bytes = VALUE_BYTES[type];
  if (bytes === undefined) throw cursor.damaged(l10n.t("it holds a value of the unknown type {0}", type));
  return bytes;
}

/** Reads a file from its beginning, in pieces, as far as a header may reach. */
class Cursor {
  readonly file: string;
  readonly size: number;
  position = 0;
  readonly #descriptor: number;
  #piece = Buffer.alloc(0);
  #pieceStart = 0;

  constructor(descriptor: number, size: number, file: string) {
    this.#descriptor = descriptor;
    this.size = size;
    this.file = file;
  }

  /** The next bytes; valid until the next call. */
  take(length: number): Buffer {
    const end = this.position + length;
    if (end > this.size) throw this.damaged(l10n.t("it ends inside its header"));
    if (end > MOST_HEADER_BYTES) throw this.damaged(l10n.t("its header is larger than any model's"));
    if (end > this.#pieceStart + this.#piece.length) this.#readPiece(length);
    const start = this.position - this.#pieceStart;
    this.position = end;
    return this.#piece.subarray(start, start + length);
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  /** Numbers that JavaScript does not hold are too large for anything here. */
  u64(): number {
    const value = this.take(8).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damaged(l10n.t("it holds an impossibly large number"));
    return Number(value);
  }

  /** How many items follow, each of which takes so many bytes at least. */
  count(leastBytes: number): number {
    const count = this.u64();
    const left = Math.min(this.size, MOST_HEADER_BYTES) - this.position;
    if (count * leastBytes > left) throw this.damaged(l10n.t("it ends inside its header"));
    return count;
  }

  text(): string {
    return this.take(this.u64()).toString("utf8");
  }

  /** @param how a clause whose subject is the file */
  damaged(how: string): LocalghostError {
    return new LocalghostError(
      "modelInvalid",
      l10n.t("{0} is damaged: {1}. Download or copy it again.", this.file, how),
    );
  }

  #readPiece(length: number): void {
    const bytes = Buffer.alloc(Math.min(this.size - this.position, Math.max(length, 1 << 20)));
    let done = 0;
    while (done < bytes.length) {
      const count = fs.readSync(this.#descriptor, bytes, done, bytes.length - done, this.position + done);
      if (count === 0) throw this.damaged(l10n.t("it became shorter while it was read"));
      done += count;
    }
    this.#piece = bytes;
    this.#pieceStart = this.position;
  }
}
