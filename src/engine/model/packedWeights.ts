/**
 * Packed weights: one safetensors file that every device's graph refers to as external data, so that all of them share
 * its bytes. Matrices stand as `[out, in]`, so that a row of the token embedding, which is also the output layer, is
 * contiguous. Quantized ones are a pair `….quantized` (see quantize.ts) and `….scales`; vectors and positions are float32.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Dtype } from "../../shared/protocol.ts";
import {
  type Checkpoint,
  expectedTensors,
  fingerprint,
  hasCheckpoint,
  openCheckpoint,
  readConfig,
  readRows,
  readTensor,
} from "./checkpoint.ts";
import { float32ToFloat16 } from "./floatFormats.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import { BLOCK_SIZE, blocksPerRow, quantizeRows, type QuantizedBits } from "./quantize.ts";
import { readSafetensorsHeader, type TensorEntry, type TensorToWrite, writeSafetensorsInTurns } from "./safetensors.ts";
import { LocalghostError } from "../../shared/errors.ts";

/** Raised when the layout changes; files of another version are packed again. */
const PACK_VERSION = "1";

export interface PackedWeights {
  readonly config: Gpt2Config;
  readonly dtype: Dtype;
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Fingerprint of the checkpoint that they were packed from. */
  readonly source: string;
}

export function quantizedBits(dtype: Dtype): QuantizedBits | undefined {
  return dtype === "int8" ? 8 : dtype === "int4" ? 4 : undefined;
}

/** The name of the packed file of a dtype, in the model's own folder or in the cache folder. */
export function packedFileName(dtype: Dtype): string {
  return `localghost-${dtype}.safetensors`;
}

/**
 * Finds the packed weights of a model, or makes them. They stand beside the checkpoint or, where that folder cannot be
 * written, in the cache folder. Packed weights without a checkpoint, as the extension ships them, are taken as they are.
 * @throws LocalghostError `modelNotFound` or `modelInvalid`
 */
export async function openPackedWeights(folder: string, dtype: Dtype, cacheFolder: string): Promise<PackedWeights> {
  const beside = path.join(folder, packedFileName(dtype));
  if (!hasCheckpoint(folder)) {
    if (fs.existsSync(beside)) return readPackedWeights(beside, readConfig(folder), dtype, undefined);
    return makePackedWeights(folder, dtype, beside); // throws, and says what is missing
  }
  const checkpoint = openCheckpoint(folder);
  const source = fingerprint(checkpoint);
  const cached = path.join(cacheFolder, source, packedFileName(dtype));
  for (const candidate of [beside, cached]) {
    try {
      if (fs.existsSync(candidate)) return readPackedWeights(candidate, checkpoint.config, dtype, source);
    } catch {
      // Damaged, or made from other weights or by another version: it is made again below.
    }
  }
  let refusal: NodeJS.ErrnoException | undefined;
  for (const target of [beside, cached]) {
    try {
      fs.mkdirSync(path.dirname(target), { recursive: true });
      return await makePackedWeights(folder, dtype, target);
    } catch (error) {
      // Whether a file can be written is known when it was: permissions say little on Windows, and a disk may be full.
      if (!isSystemError(error)) throw error;
      refusal = error;
    }
  }
  throw new LocalghostError(
    "modelInvalid",
    `The packed weights of ${folder} can be written neither there nor to ${cacheFolder} (${refusal?.message ?? ""}): make room in one of them.`,
    { cause: refusal },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

/** Packs the checkpoint in `folder` into the file `target`, in turns with whatever else the process has to do. */
export async function makePackedWeights(folder: string, dtype: Dtype, target: string): Promise<PackedWeights> {
  const checkpoint = openCheckpoint(folder);
  const source = fingerprint(checkpoint);
  const tensors = [...packedTensors(checkpoint, dtype)];
  await writeSafetensorsInTurns(target, tensors, packedMetadata(dtype, source));
  return readPackedWeights(target, checkpoint.config, dtype, source);
}

/** @param source fingerprint of the checkpoint that the weights came from */
export function packedMetadata(dtype: Dtype, source: string): Record<string, string> {
  return { format: "localghost", version: PACK_VERSION, dtype, source };
}

function readPackedWeights(file: string, config: Gpt2Config, dtype: Dtype, source: string | undefined): PackedWeights {
  const { tensors, metadata } = readSafetensorsHeader(file);
  const stale =
    metadata["format"] !== "localghost" ||
    metadata["version"] !== PACK_VERSION ||
    metadata["dtype"] !== dtype ||
    (source !== undefined && metadata["source"] !== source);
  if (stale) {
    throw new LocalghostError(
      "modelInvalid",
      `${file} was packed by another version of Localghost: install the model again.`,
    );
  }
  // A config that claims a million layers is refused before they are listed.
  const fits =
    config.layers <= tensors.size &&
    packedLayout(config, dtype).every((expected) => {
      const { dtype, shape } = tensors.get(expected.name) ?? {};
      return dtype === expected.dtype && shape?.join() === expected.shape.join();
    });
  if (!fits) {
    throw new LocalghostError(
      "modelInvalid",
      `${file} does not fit the config.json beside it: install the model again.`,
    );
  }
  return { config, dtype, path: file, tensors, source: metadata["source"] ?? "" };
}

export interface PackedTensor {
  name: string;
  source: string;
  dtype: TensorEntry["dtype"];
  shape: readonly number[];
  role: "matrix" | "quantized" | "scales" | "vector";
}

/** The tensors of a packed file in their order: matrices before vectors, since large ones keep others aligned. */
export function packedLayout(config: Gpt2Config, dtype: Dtype): PackedTensor[] {
  const bits = quantizedBits(dtype);
  const matrices: PackedTensor[] = [];
  const vectors: PackedTensor[] = [];
  for (const { name, shape } of expectedTensors(config)) {
    const [first = 0, second] = shape;
    if (second === undefined || name === "wpe.weight") {
      vectors.push({ name, source: name, dtype: "F32", shape, role: "vector" });
      continue;
    }
    const [n, k] = isTransposed(name) ? [second, first] : [first, second];
    if (bits === undefined) {
      matrices.push({ name, source: name, dtype: dtype === "fp16" ? "F16" : "F32", shape: [n, k], role: "matrix" });
    } else {
      const blocks = blocksPerRow(k);
      const blob = (BLOCK_SIZE * bits) / 8;
      matrices.push(
        { name: `${name}.quantized`, source: name, dtype: "U8", shape: [n, blocks, blob], role: "quantized" },
        { name: `${name}.scales`, source: name, dtype: "F32", shape: [n, blocks], role: "scales" },
      );
    }
  }
  return [...matrices, ...vectors];
}

/** GPT-2's layers are Conv1D, `[in, out]`; the embedding and an output layer of its own are `[out, in]` already. */
function isTransposed(name: string): boolean {
  return name.startsWith("h.");
}

/** Rows of the embedding handled at a time: bounds memory where the matrix itself would take hundreds of megabytes. */
const ROWS_AT_ONCE = 4096;

function* packedTensors(checkpoint: Checkpoint, dtype: Dtype): Generator<TensorToWrite> {
  const bits = quantizedBits(dtype);
  // A matrix is quantized once, when its numbers are written; its scales, a few percent of them, wait for their turn.
  const scales: Float32Array[] = [];
  for (const tensor of packedLayout(checkpoint.config, dtype)) {
    yield {
      ...tensor,
      *chunks() {
        if (tensor.role === "scales") {
          yield* scales.splice(0).map(bytesOf);
          return;
        }
        for (const { values, k } of rowParts(checkpoint, tensor.source)) {
          if (tensor.role === "quantized" && bits) {
            const rows = quantizeRows(values, k, bits);
            scales.push(rows.scales);
            yield rows.numbers;
          } else {
            yield bytesOf(tensor.dtype === "F16" ? float32ToFloat16(values) : values);
          }
        }
      },
    };
  }
}

/** The rows `[out, in]` of a tensor, in parts that fit memory. */
function* rowParts(checkpoint: Checkpoint, name: string): Generator<{ values: Float32Array; k: number }> {
  const [first = 0, second = 1] = checkpoint.tensors.get(name)?.shape ?? [];
  if (isTransposed(name) && checkpoint.tensors.get(name)?.shape.length === 2) {
    yield { values: transpose(readTensor(checkpoint, name), first, second), k: first };
    return;
  }
  for (let row = 0; row < first; row += ROWS_AT_ONCE) {
    yield { values: readRows(checkpoint, name, row, Math.min(first, row + ROWS_AT_ONCE)), k: second };
  }
}

/** `[rows, columns]` to `[columns, rows]`. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const target = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) target[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return target;
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
