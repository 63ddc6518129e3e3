/** The tensors of packed weights: their names, types and shapes. */
import type { Dtype } from "../../shared/protocol.ts";
import { expectedTensors } from "./checkpoint.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import { BLOCK_SIZE, blocksPerRow, quantizedBits } from "./quantize.ts";
import type { TensorEntry } from "./safetensors.ts";

export interface PackedTensor {
  name: string;
  source: string;
  dtype: TensorEntry["dtype"] & keyof typeof BYTES;
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
export function isTransposed(name: string): boolean {
  return name.startsWith("h.");
}

const BYTES = { F32: 4, F16: 2, U8: 1 } as const;

/** Bytes of all tensors of a packed file. */
export function packedByteLength(config: Gpt2Config, dtype: Dtype): number {
  let bytes = 0;
  for (const { dtype: stored, shape } of packedLayout(config, dtype)) {
    bytes += shape.reduce((product, dimension) => product * dimension, BYTES[stored]);
  }
  return bytes;
}
