/** Conversions between float32 and the 16-bit formats of checkpoints. */

const scratch = new Uint32Array(1);
const scratchFloat = new Float32Array(scratch.buffer);
let float16Values: Float32Array | undefined;

/** All 65,536 float16 values (IEEE 754 binary16); a look-up is several times faster than arithmetic per element. */
function float16Table(): Float32Array {
  if (float16Values) return float16Values;
  const table = new Float32Array(0x10000);
  for (let bits = 0; bits < table.length; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 0x1f) table[bits] = fraction ? NaN : sign * Infinity;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return (float16Values = table);
}

export function float16ToFloat32(source: Uint16Array): Float32Array {
  const table = float16Table();
  const target = new Float32Array(source.length);
  for (let i = 0; i < source.length; i++) target[i] = table[source[i] ?? 0] ?? 0;
  return target;
}

/** bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(source: Uint16Array): Float32Array {
  const target = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i++) target[i] = (source[i] ?? 0) << 16;
  return new Float32Array(target.buffer);
}

/** Rounds to nearest, ties to even; too large becomes infinity. */
export function float32ToFloat16(source: Float32Array): Uint16Array {
  const target = new Uint16Array(source.length);
  for (let i = 0; i < source.length; i++) target[i] = toFloat16Bits(source[i] ?? 0);
  return target;
}

function toFloat16Bits(value: number): number {
  scratchFloat[0] = value;
  const bits = scratch[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and more
  if (magnitude < 0x38800000) {
    // Subnormal in float16: a whole number of 2^-24, which JavaScript's doubles hold exactly.
    return sign | roundHalfEven(Math.abs(scratchFloat[0]) * 2 ** 24);
  }
  // Move the exponent's bias from 127 to 15 and round off 13 bits of the fraction; a carry may reach infinity.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
