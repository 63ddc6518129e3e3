import assert from "node:assert/strict";
import { test } from "node:test";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "../../../src/engine/model/floatFormats.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";

const allBits = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);

/** IEEE 754 binary16, by its definition. */
function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction / 1024 / 2 ** 14 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function toFloat16(value: number): number {
  return float32ToFloat16(Float32Array.of(value))[0] ?? NaN;
}

test("all 65,536 float16 values have the value of their definition", () => {
  const values = float16ToFloat32(allBits);
  for (const bits of allBits) {
    if (!Object.is(values[bits], float16Value(bits))) assert.fail(`0x${bits.toString(16)} is ${values[bits]}`);
  }
});

test("all 65,536 float16 values survive the way to float32 and back; all NaNs become one", () => {
  const back = float32ToFloat16(float16ToFloat32(allBits));
  for (const bits of allBits) {
    const isNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    if (isNaN ? ((back[bits] ?? 0) & 0x7fff) !== 0x7e00 : back[bits] !== bits) {
      assert.fail(`0x${bits.toString(16)} came back as 0x${back[bits]?.toString(16)}`);
    }
  }
});

test("every midpoint of two float16 values goes to the even one, and its neighbours to the nearer", () => {
  const float32 = new Float32Array(1);
  const word = new Uint32Array(float32.buffer);
  for (let bits = 0; bits < 0x7bff; bits++) {
    // Exact in float32: 12 bits of fraction.
    float32[0] = (float16Value(bits) + float16Value(bits + 1)) / 2;
    const middle = word[0] ?? 0;
    const at = (offset: number): number => {
      word[0] = middle + offset;
      return toFloat16(float32[0] ?? NaN);
    };
    const even = bits % 2 === 0 ? bits : bits + 1;
    if (at(0) !== even || at(-1) !== bits || at(1) !== bits + 1) assert.fail(`around 0x${bits.toString(16)}`);
  }
});

const edges: [number, number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [1e30, 0x7c00],
  [-1e30, 0xfc00],
  [Infinity, 0x7c00],
  [-Infinity, 0xfc00],
  [NaN, 0x7e00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [1e-40, 0x0000],
  [-1e-40, 0x8000],
  [2 ** -14, 0x0400],
];

for (const [value, bits] of edges) {
  test(`${Object.is(value, -0) ? "-0" : value} is 0x${bits.toString(16)} in float16`, () => {
    assert.equal(toFloat16(value), bits);
  });
}

test("random float32 values go to the nearest float16", () => {
  const random = seededRandom(2);
  for (let i = 0; i < 5000; i++) {
    const value = Math.fround((random() - 0.5) * 2 ** Math.floor(random() * 40 - 25));
    const bits = toFloat16(value);
    const error = Math.abs(float16Value(bits) - value);
    for (const neighbour of [bits - 1, bits + 1]) {
      const other = float16Value(neighbour & 0xffff);
      if (Math.sign(other) === Math.sign(value)) assert.ok(!(Math.abs(other - value) < error), `${value}`);
    }
  }
});

test("bfloat16 is the upper half of a float32, for all 65,536 values", () => {
  const values = bfloat16ToFloat32(allBits);
  const words = new Uint32Array(values.buffer);
  for (const bits of allBits) if (words[bits] !== bits * 0x10000) assert.fail(`0x${bits.toString(16)}`);
  assert.deepEqual([...bfloat16ToFloat32(Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x8000))], [1, -2, Infinity, -0]);
});
