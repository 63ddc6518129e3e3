/**
 * Packed weights: one safetensors file that every device's graph refers to as external data, so that all of them share
 * its bytes. Matrices stand as `[out, in]`, so that a row of the token embedding, which is also the output layer, is
 * contiguous. Quantized ones are a pair `….quantized` (see quantize.ts) and `….scales`; vectors and positions are float32.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { DTYPES, type Dtype } from "../../shared/protocol.ts";
import {
  type Checkpoint,
  fingerprint,
  hasCheckpoint,
  openCheckpoint,
  readConfig,
  readRows,
  readTensor,
} from "./checkpoint.ts";
import { float32ToFloat16 } from "./floatFormats.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import { isTransposed, packedByteLength, packedLayout } from "./packedLayout.ts";
import { quantizedBits, quantizeRows } from "./quantize.ts";
import {
  readSafetensorsHeader,
  type TensorEntry,
  type TensorToWrite,
  UNSEALED,
  writeSafetensorsInTurns,
} from "./safetensors.ts";
import { transpose } from "./transpose.ts";
import { LocalghostError } from "../../shared/errors.ts";

/** Raised when the layout changes; files of another version are packed again. */
const PACK_VERSION = "2";

export interface PackedWeights {
  readonly config: Gpt2Config;
  readonly dtype: Dtype;
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Fingerprint of the checkpoint that they were packed from. */
  readonly source: string;
}

export { quantizedBits };

/** The name of the packed file of a dtype, in the model's own folder or in the cache folder. */
export function packedFileName(dtype: Dtype): string {
  return `localghost-${dtype}.safetensors`;
}

/**
 * Finds the packed weights of a model, or makes them. They stand beside the checkpoint or, where that folder cannot be
 * written, in the cache folder. Packed weights without a checkpoint, as the extension ships them, are taken as they are:
 * those of another dtype where there are no others.
 * @throws LocalghostError `modelNotFound` or `modelInvalid`
 */
export async function openPackedWeights(folder: string, dtype: Dtype, cacheFolder: string): Promise<PackedWeights> {
  const beside = path.join(folder, packedFileName(dtype));
  if (!hasCheckpoint(folder)) {
    const there = [dtype, ...DTYPES].find((one) => fs.existsSync(path.join(folder, packedFileName(one))));
    if (there === undefined) return makePackedWeights(folder, dtype, beside); // throws, and says what is missing
    return readPackedWeights(path.join(folder, packedFileName(there)), readConfig(folder), there, undefined);
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
    l10n.t(
      "The packed weights of {0} can be written neither there nor to {1} ({2}): make room in one of them.",
      folder,
      cacheFolder,
      refusal?.message ?? "",
    ),
    { cause: refusal },
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

export interface Packing {
  signal?: AbortSignal;
  /** Called again and again: first the checkpoint is read for its hashes, then packed. */
  onProgress?: (progress: PackProgress) => void;
}

export interface PackProgress {
  readonly activity: "reading" | "packing";
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/**
 * Packs the checkpoint in `folder` into the file `target`, layer by layer and in turns with whatever else the process has
 * to do. The file appears whole or not at all.
 * @throws LocalghostError `modelNotFound`, `modelInvalid` or `cancelled`, or what the system says of the disk
 */
export async function makePackedWeights(
  folder: string,
  dtype: Dtype,
  target: string,
  { signal, onProgress }: Packing = {},
): Promise<PackedWeights> {
  const checkpoint = openCheckpoint(folder);
  const source = fingerprint(checkpoint);
  const hashes = await sourceHashes(checkpoint, signal, onProgress);
  const bytesTotal = packedByteLength(checkpoint.config, dtype);
  const onBytes = (bytesDone: number): void => onProgress?.({ activity: "packing", bytesDone, bytesTotal });
  const tensors = [...packedTensors(checkpoint, dtype)];
  await writeSafetensorsInTurns(target, tensors, packedMetadata(dtype, source, hashes), { signal, onBytes });
  return readPackedWeights(target, checkpoint.config, dtype, source);
}

/** The SHA-256 of each file of a checkpoint, by its name. */
async function sourceHashes(
  { files }: Checkpoint,
  signal: AbortSignal | undefined,
  onProgress: Packing["onProgress"],
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const bytesTotal = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  let bytesDone = 0;
  for (const file of files) {
    const hash = createHash("sha256");
    for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal?.aborted) throw new LocalghostError("cancelled", "Packing was cancelled.");
      hash.update(chunk);
      bytesDone += chunk.length;
      onProgress?.({ activity: "reading", bytesDone, bytesTotal });
    }
    hashes[path.basename(file)] = hash.digest("hex");
  }
  return hashes;
}

/**
 * @param source fingerprint of the checkpoint that the weights came from
 * @param hashes SHA-256 of its files, by name
 */
export function packedMetadata(
  dtype: Dtype,
  source: string,
  hashes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  // First, so that it is found at the beginning of the file.
  const checksum = UNSEALED;
  return { checksum, format: "localghost", version: PACK_VERSION, dtype, source, hashes: JSON.stringify(hashes) };
}

/**
 * The packed weights in a folder, without packing anything: what {@link openPackedWeights} would find beside a model.
 * Reads the header alone.
 * @returns undefined without a file, or `outdated` for one that is made again at the next load
 */
export function inspectPackedWeights(folder: string, dtype: Dtype): "ready" | "outdated" | undefined {
  const file = path.join(folder, packedFileName(dtype));
  if (!fs.existsSync(file)) return undefined;
  try {
    if (hasCheckpoint(folder)) {
      const checkpoint = openCheckpoint(folder);
      readPackedWeights(file, checkpoint.config, dtype, fingerprint(checkpoint));
    } else {
      readPackedWeights(file, readConfig(folder), dtype, undefined);
    }
    return "ready";
  } catch {
    return "outdated";
  }
}

function readPackedWeights(file: string, stated: Gpt2Config, dtype: Dtype, source: string | undefined): PackedWeights {
  const { tensors, metadata, dataOffset } = readSafetensorsHeader(file);
  // The weights know whether the output layer is their own, whatever the configuration says; see checkpoint.ts.
  const ownOutput = [...tensors.keys()].some((name) => name.startsWith("lm_head."));
  const config = ownOutput ? { ...stated, tiedEmbeddings: false } : stated;
  const stale =
    metadata["format"] !== "localghost" ||
    metadata["version"] !== PACK_VERSION ||
    metadata["dtype"] !== dtype ||
    (source !== undefined && metadata["source"] !== source);
  if (stale) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} was packed by another version of Localghost: install the model again.", file),
    );
  }
  let end = dataOffset;
  for (const { offset, byteLength } of tensors.values()) end = Math.max(end, offset + byteLength);
  if (fs.statSync(file).size !== end) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} is damaged: it goes on after its end. Install the model again.", file),
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
      l10n.t("{0} does not fit the config.json beside it: install the model again.", file),
    );
  }
  // ONNX Runtime refuses data outside of the folder that it is given, and so a link that leads out of it.
  return { config, dtype, path: fs.realpathSync(file), tensors, source: metadata["source"] ?? "" };
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
          requireNumbers(values, tensor.source);
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

/** @throws LocalghostError `modelInvalid` for what is left of a training that has failed: texts of it would be nonsense */
function requireNumbers(values: Float32Array, name: string): void {
  if (values.every(Number.isFinite)) return;
  throw new LocalghostError(
    "modelInvalid",
    l10n.t("The weights hold values that are no numbers ({0}): their training has failed. Choose other ones.", name),
  );
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
