/**
 * Block quantization in the layout of ONNX Runtime's `com.microsoft.MatMulNBits`: each row of a matrix `[N, K]` is cut
 * into blocks of 32 along K; a block is 32 unsigned numbers of 8 or 4 bits (low nibble first) and one float32 scale.
 * value = scale * (number - zero point), with the operator's default zero point, 128 or 8.
 */
import type { Dtype } from "../../shared/protocol.ts";

export const BLOCK_SIZE = 32;

export type QuantizedBits = 4 | 8;

export interface QuantizedRows {
  /** `[rows, blocks, BLOCK_SIZE * bits / 8]` */
  numbers: Uint8Array;
  /** `[rows, blocks]` */
  scales: Float32Array;
}

/** The bits of a quantized dtype. */
export function quantizedBits(dtype: Dtype): QuantizedBits | undefined {
  return dtype === "int8" ? 8 : dtype === "int4" ? 4 : undefined;
}

/** Blocks in a row of K numbers; the last one is padded with zeros. */
export function blocksPerRow(k: number): number {
  return Math.ceil(k / BLOCK_SIZE);
}

export function zeroPoint(bits: QuantizedBits): number {
  return 1 << (bits - 1);
}

/** Quantizes rows `[rows, k]`. */
export function quantizeRows(values: Float32Array, k: number, bits: QuantizedBits): QuantizedRows {
  const rows = values.length / k;
  const blocks = blocksPerRow(k);
  const blockBytes = (BLOCK_SIZE * bits) / 8;
  const numbers = new Uint8Array(rows * blocks * blockBytes);
  const scales = new Float32Array(rows * blocks);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * k + block * BLOCK_SIZE;
      const part = values.subarray(start, Math.min(start + BLOCK_SIZE, (row + 1) * k));
      const index = row * blocks + block;
      const scale = bits === 8 ? extremeScale(part, 127) : bestScale4(part);
      scales[index] = scale;
      writeBlock(part, scale, bits, numbers.subarray(index * blockBytes, (index + 1) * blockBytes));
    }
  }
  return { numbers, scales };
}

function writeBlock(values: Float32Array, scale: number, bits: QuantizedBits, target: Uint8Array): void {
  const zero = zeroPoint(bits);
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = 0; i < BLOCK_SIZE; i++) {
    // Numbers past the end of the row are the zero point, which stands for 0.
    const number = nearest((values[i] ?? 0) * inverse, -zero, zero - 1) + zero;
    if (bits === 8) target[i] = number;
    else target[i >> 1] = (target[i >> 1] ?? 0) | (number << (4 * (i & 1)));
  }
}

function nearest(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, Math.round(value)));
}

function extremeScale(values: Float32Array, levels: number): number {
  let extreme = 0;
  for (const value of values) extreme = Math.max(extreme, Math.abs(value));
  return extreme / levels;
}

/** Where to look for a 4-bit scale: fractions of the one that maps the extreme value onto the lowest number, -8. */
const SCALE_CANDIDATES = [1, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82];

/**
 * With 16 levels the extreme value of a block wastes resolution for the other 31; clipping it a little has a smaller
 * squared error. The sign puts the extreme on the side that has one level more (-8 to 7).
 */
function bestScale4(values: Float32Array): number {
  let extreme = 0;
  for (const value of values) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  if (extreme === 0) return 0;
  let best = 0;
  let leastError = Infinity;
  const count = values.length;
  for (const fraction of SCALE_CANDIDATES) {
    const scale = (fraction * extreme) / -8;
    const inverse = 1 / scale;
    let error = 0;
    // This loop takes most of the time of packing: an index is twice as fast as an iterator, and nearest() is written out.
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? 0;
      const number = Math.floor(value * inverse + 0.5);
      const rest = value - scale * (number < -8 ? -8 : number > 7 ? 7 : number);
      error += rest * rest;
    }
    if (error < leastError) {
      leastError = error;
      best = scale;
    }
  }
  return best;
}

/** Restores one row of K numbers into `target`. */
export function dequantizeRow(
  numbers: Uint8Array,
  scales: Float32Array,
  bits: QuantizedBits,
  target: Float32Array,
): void {
  const zero = zeroPoint(bits);
  for (let i = 0; i < target.length; i++) {
    const scale = scales[Math.floor(i / BLOCK_SIZE)] ?? 0;
    const number = bits === 8 ? (numbers[i] ?? 0) : ((numbers[i >> 1] ?? 0) >> (4 * (i & 1))) & 15;
    target[i] = scale * (number - zero);
  }
}
