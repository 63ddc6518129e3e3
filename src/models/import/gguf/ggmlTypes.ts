/**
 * How ggml stores numbers: plain, or in blocks that share a scale and, in some types, a smallest value. The layouts are
 * those of `dequantize_row_…` in ggml-quants.c. https://github.com/ggml-org/ggml/blob/master/src/ggml-quants.c
 */
import { bfloat16ToFloat32, float16ToFloat32 } from "../../../engine/model/floatFormats.ts";

interface TypeLayout {
  readonly name: string;
  /** Numbers that share a block. */
  readonly block: number;
  readonly blockBytes: number;
}

/** By `ggml_type`. */
const LAYOUTS = {
  0: { name: "F32", block: 1, blockBytes: 4 },
  1: { name: "F16", block: 1, blockBytes: 2 },
  2: { name: "Q4_0", block: 32, blockBytes: 18 },
  3: { name: "Q4_1", block: 32, blockBytes: 20 },
  6: { name: "Q5_0", block: 32, blockBytes: 22 },
  7: { name: "Q5_1", block: 32, blockBytes: 24 },
  8: { name: "Q8_0", block: 32, blockBytes: 34 },
  12: { name: "Q4_K", block: 256, blockBytes: 144 },
  13: { name: "Q5_K", block: 256, blockBytes: 176 },
  14: { name: "Q6_K", block: 256, blockBytes: 210 },
  30: { name: "BF16", block: 1, blockBytes: 2 },
} as const satisfies Record<number, TypeLayout>;

export type GgmlType = keyof typeof LAYOUTS;

/** Types that are known by name and not read: for the message. */
const OTHERS: Readonly<Record<number, string>> = { 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K" };

export const READABLE_TYPES: readonly string[] = Object.values(LAYOUTS).map(({ name }) => name);

export function isGgmlType(type: number): type is GgmlType {
  return Object.hasOwn(LAYOUTS, type);
}

export function ggmlTypeName(type: number): string {
  return isGgmlType(type) ? LAYOUTS[type].name : (OTHERS[type] ?? `type ${type}`);
}

/** Bytes of a row; NaN for a length that is no whole number of blocks. */
export function ggmlByteLength(elements: number, type: GgmlType): number {
  const { block, blockBytes } = LAYOUTS[type];
  return elements % block === 0 ? (elements / block) * blockBytes : NaN;
}

/** Reads whole blocks as float32. */
export function fromGgml(bytes: Uint8Array<ArrayBuffer>, type: GgmlType): Float32Array {
  if (type === 0) return new Float32Array(bytes.slice().buffer);
  if (type === 1) return float16ToFloat32(new Uint16Array(bytes.slice().buffer));
  if (type === 30) return bfloat16ToFloat32(new Uint16Array(bytes.slice().buffer));
  return fromBlocks(bytes, type);
}

type BlockType = Exclude<GgmlType, 0 | 1 | 30>;

/** Writes the numbers of one block. */
type BlockReader = (block: Uint8Array, target: Float32Array) => void;

const READERS: Record<BlockType, BlockReader> = {
  2: (b, target) => nibbles(b, 2, target, half(b, 0), -8 * half(b, 0)),
  3: (b, target) => nibbles(b, 4, target, half(b, 0), half(b, 2)),
  6: (b, target) => fiveBits(b, 2, target, half(b, 0), -16 * half(b, 0)),
  7: (b, target) => fiveBits(b, 4, target, half(b, 0), half(b, 2)),
  8: (b, target) => {
    const scale = half(b, 0);
    for (let i = 0; i < 32; i++) target[i] = scale * signed(b[2 + i] ?? 0);
  },
  12: (b, target) => superBlock(b, 16, undefined, target),
  13: (b, target) => superBlock(b, 48, 16, target),
  14: sixBits,
};

function fromBlocks(bytes: Uint8Array, type: BlockType): Float32Array {
  const { block, blockBytes } = LAYOUTS[type];
  const count = bytes.length / blockBytes;
  const values = new Float32Array(count * block);
  const read = READERS[type];
  for (let i = 0; i < count; i++) {
    read(bytes.subarray(i * blockBytes, (i + 1) * blockBytes), values.subarray(i * block, (i + 1) * block));
  }
  return values;
}

/** Q4_0 and Q4_1: the first half of a block in the low nibbles, the second in the high ones. */
function nibbles(b: Uint8Array, start: number, target: Float32Array, scale: number, least: number): void {
  for (let i = 0; i < 16; i++) {
    const pair = b[start + i] ?? 0;
    target[i] = scale * (pair & 15) + least;
    target[i + 16] = scale * (pair >> 4) + least;
  }
}

/** Q5_0 and Q5_1: the fifth bits of all 32 numbers stand before the nibbles. */
function fiveBits(b: Uint8Array, start: number, target: Float32Array, scale: number, least: number): void {
  for (let i = 0; i < 16; i++) {
    const pair = b[start + 4 + i] ?? 0;
    target[i] = scale * ((pair & 15) | (bit(b, start, i) << 4)) + least;
    target[i + 16] = scale * ((pair >> 4) | (bit(b, start, i + 16) << 4)) + least;
  }
}

/**
 * Q4_K and Q5_K: eight groups of 32 with six bits each for a scale and a least value, which have a scale of their own.
 * @param low where the nibbles begin
 * @param high where the fifth bits begin, bit g of byte i for number i of group g; undefined without
 */
function superBlock(b: Uint8Array, low: number, high: number | undefined, target: Float32Array): void {
  const [scales, leasts] = [half(b, 0), half(b, 2)];
  for (let group = 0; group < 8; group++) {
    const [scale, least] = sixBitPair(b, group);
    for (let i = 0; i < 32; i++) {
      const pair = b[low + 32 * (group >> 1) + i] ?? 0;
      const nibble = group % 2 === 0 ? pair & 15 : pair >> 4;
      const fifth = high === undefined ? 0 : (((b[high + i] ?? 0) >> group) & 1) << 4;
      target[32 * group + i] = scales * scale * (nibble | fifth) - leasts * least;
    }
  }
}

/** `get_scale_min_k4`: twelve bytes hold eight scales and eight least values. */
function sixBitPair(b: Uint8Array, group: number): [scale: number, least: number] {
  const at = (i: number): number => b[4 + i] ?? 0;
  if (group < 4) return [at(group) & 63, at(group + 4) & 63];
  return [(at(group + 4) & 15) | ((at(group - 4) >> 6) << 4), (at(group + 4) >> 4) | ((at(group) >> 6) << 4)];
}

/** Q6_K: 128 bytes of nibbles, 64 of upper bits, a signed scale for each 16 numbers, and a scale of these. */
function sixBits(b: Uint8Array, target: Float32Array): void {
  const scales = half(b, 208);
  for (let i = 0; i < 256; i++) {
    const [part, within] = [i >> 7, i & 127];
    const [quarter, column] = [within >> 5, within & 31];
    const pair = b[64 * part + 32 * (quarter & 1) + column] ?? 0;
    const nibble = quarter < 2 ? pair & 15 : pair >> 4;
    const upper = ((b[128 + 32 * part + column] ?? 0) >> (2 * quarter)) & 3;
    target[i] = scales * signed(b[192 + (i >> 4)] ?? 0) * ((nibble | (upper << 4)) - 32);
  }
}

function bit(b: Uint8Array, start: number, index: number): number {
  return ((b[start + (index >> 3)] ?? 0) >> (index & 7)) & 1;
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

const halfScratch = new Uint16Array(1);

function half(b: Uint8Array, at: number): number {
  halfScratch[0] = (b[at] ?? 0) | ((b[at + 1] ?? 0) << 8);
  return float16ToFloat32(halfScratch)[0] ?? 0;
}
