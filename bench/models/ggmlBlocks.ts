/** llama.cpp's block formats, as `quantize_row_q8_0_ref` and `quantize_row_q4_0_ref` of ggml-quants.c make them. */
import { float32ToFloat16 } from "../../src/engine/model/floatFormats.ts";

/** `ggml_type` */
export const GGML_TYPE = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 8 } as const;
export type GgmlType = keyof typeof GGML_TYPE;

const BLOCK = 32;
/** A float16 scale and 32 numbers. */
const BLOCK_BYTES = { Q4_0: 2 + BLOCK / 2, Q8_0: 2 + BLOCK } as const;

export function ggmlByteLength(elements: number, type: GgmlType): number {
  if (type === "F32" || type === "F16") return (type === "F32" ? 4 : 2) * elements;
  return (elements / BLOCK) * BLOCK_BYTES[type];
}

/** Encodes rows whose length is a multiple of 32. */
export function toGgml(values: Float32Array, type: GgmlType): Uint8Array {
  if (type === "F32" || type === "F16") {
    const numbers = type === "F32" ? values : float32ToFloat16(values);
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
  const blocks = values.length / BLOCK;
  const scales = new Float32Array(blocks);
  const bytes = new Uint8Array(ggmlByteLength(values.length, type));
  for (let block = 0; block < blocks; block++) {
    const part = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    const target = bytes.subarray(block * BLOCK_BYTES[type] + 2, (block + 1) * BLOCK_BYTES[type]);
    scales[block] = type === "Q8_0" ? writeQ8(part, target) : writeQ4(part, target);
  }
  const halves = float32ToFloat16(scales);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) view.setUint16(block * BLOCK_BYTES[type], halves[block] ?? 0, true);
  return bytes;
}

function writeQ8(values: Float32Array, target: Uint8Array): number {
  const scale = Math.abs(extremeOf(values)) / 127;
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = 0; i < BLOCK; i++) target[i] = Math.round((values[i] ?? 0) * inverse);
  return scale;
}

/** The first half of a block stands in the low nibbles, the second in the high ones. */
function writeQ4(values: Float32Array, target: Uint8Array): number {
  const scale = extremeOf(values) / -8;
  const inverse = scale === 0 ? 0 : 1 / scale;
  const number = (i: number): number => Math.min(15, Math.floor((values[i] ?? 0) * inverse + 8.5));
  for (let i = 0; i < BLOCK / 2; i++) target[i] = number(i) | (number(i + BLOCK / 2) << 4);
  return scale;
}

/** The value of the largest magnitude, with its sign. */
function extremeOf(values: Float32Array): number {
  let extreme = 0;
  for (const value of values) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  return extreme;
}
