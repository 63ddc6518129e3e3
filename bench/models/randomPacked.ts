import * as path from "node:path";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { packedLayout, type PackedTensor } from "../../src/engine/model/packedLayout.ts";
import { packedFileName, packedMetadata } from "../../src/engine/model/packedWeights.ts";
import { writeSafetensors } from "../../src/engine/model/safetensors.ts";
import { float32ToFloat16 } from "../../src/engine/model/floatFormats.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import type { Dtype } from "../../src/shared/protocol.ts";
import { writeModelFiles } from "./modelFiles.ts";

/**
 * Random numbers drawn once and repeated: gigabytes of fresh ones would take longer than the measurement. Each tensor
 * begins elsewhere in them: ONNX Runtime keeps one copy of matrices that are alike, and layers that share their weights
 * would take less memory and stay in the processor's cache.
 */
const PATTERN_NUMBERS = 1_048_573;
/** How far apart the beginnings are; a prime, as the number of numbers is, so that they all differ. */
const STRIDE = 7919;

/**
 * Writes a model of random weights, packed, as `pack` would have written a real one. Speed and memory do not depend on
 * the values, as long as activations stay finite.
 */
export function writeRandomPacked(folder: string, config: Gpt2Config, dtype: Dtype): void {
  writeModelFiles(folder, config);
  const random = seededRandom(1);
  const patterns = {
    // Small weights around zero, gains of one included: nothing grows over 48 layers.
    F32: bytesOf(Float32Array.from({ length: PATTERN_NUMBERS }, () => (random() - 0.5) * 0.04)),
    F16: bytesOf(float32ToFloat16(Float32Array.from({ length: PATTERN_NUMBERS }, () => (random() - 0.5) * 0.04))),
    U8: Uint8Array.from({ length: PATTERN_NUMBERS }, () => random() * 256),
    scales: bytesOf(Float32Array.from({ length: PATTERN_NUMBERS }, () => random() * 0.0003)),
  };
  const tensors = packedLayout(config, dtype).map((tensor, index) => ({
    ...tensor,
    chunks: () =>
      repeated(
        patternOf(tensor, patterns),
        ((index * STRIDE) % PATTERN_NUMBERS) * bytesPerNumber(tensor.dtype),
        byteLength(tensor),
      ),
  }));
  writeSafetensors(path.join(folder, packedFileName(dtype)), tensors, packedMetadata(dtype, "random"));
}

function patternOf(tensor: PackedTensor, patterns: Record<string, Uint8Array>): Uint8Array {
  const pattern = tensor.role === "scales" ? patterns["scales"] : patterns[tensor.dtype];
  if (!pattern) throw new Error(`no random numbers for ${tensor.dtype}`);
  return pattern;
}

function byteLength({ dtype, shape }: PackedTensor): number {
  return shape.reduce((product, dimension) => product * dimension, bytesPerNumber(dtype));
}

/** Packed tensors have no other types. */
function bytesPerNumber(dtype: PackedTensor["dtype"]): number {
  return dtype === "F32" ? 4 : dtype === "F16" ? 2 : 1;
}

function* repeated(pattern: Uint8Array, start: number, length: number): Generator<Uint8Array> {
  let from = start;
  for (let rest = length; rest > 0;) {
    const part = pattern.subarray(from, Math.min(pattern.length, from + rest));
    yield part;
    rest -= part.length;
    from = 0;
  }
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
