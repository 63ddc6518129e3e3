import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksPerRow, dequantizeRow, quantizeRows, type QuantizedBits } from "../../../src/engine/model/quantize.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";

/** Quantizes rows of length k and restores them. */
function roundTrip(values: Float32Array, k: number, bits: QuantizedBits): Float32Array {
  const { numbers, scales } = quantizeRows(values, k, bits);
  const blocks = blocksPerRow(k);
  const rowBytes = blocks * 4 * bits;
  const restored = new Float32Array(values.length);
  for (let row = 0; row < values.length / k; row++) {
    const target = restored.subarray(row * k, (row + 1) * k);
    const rowNumbers = numbers.subarray(row * rowBytes, (row + 1) * rowBytes);
    dequantizeRow(rowNumbers, scales.subarray(row * blocks, (row + 1) * blocks), bits, target);
  }
  return restored;
}

/** The largest magnitude in the block that element i of a row belongs to. */
function blockExtreme(row: Float32Array, i: number): number {
  const start = i - (i % 32);
  return Math.max(...row.subarray(start, start + 32).map(Math.abs));
}

for (const k of [1, 31, 32, 33, 40, 64, 100]) {
  test(`numbers come back within half a step, rows of ${k}`, () => {
    const random = seededRandom(k);
    const rows = 5;
    const values = Float32Array.from({ length: rows * k }, () => (random() - 0.5) * 4 ** Math.floor(random() * 4));
    // The coarsest step of 4 bits is an eighth of the extreme; its clipping costs at most 18 % of the extreme more.
    for (const [bits, bound] of [
      [8, 0.5 / 127],
      [4, 0.25],
    ] as const) {
      // prettier-ignore
      const restored = roundTrip(values, k, bits);
      for (let row = 0; row < rows; row++) {
        const original = values.subarray(row * k, (row + 1) * k);
        for (const [i, value] of original.entries()) {
          const error = Math.abs(value - (restored[row * k + i] ?? NaN));
          assert.ok(error <= blockExtreme(original, i) * bound * 1.0001, `${bits} bits: ${value} differs by ${error}`);
        }
      }
    }
  });
}

test("4 bits are no worse than plain rounding to sixteen levels", () => {
  const random = seededRandom(1);
  const values = Float32Array.from({ length: 3200 }, () => random() + random() + random() - 1.5);
  const squares = (restored: Float32Array): number =>
    restored.reduce((sum, v, i) => sum + (v - (values[i] ?? 0)) ** 2, 0);
  const plain = values.map((value, i) => {
    const scale = blockExtreme(values, i) / 7;
    return scale * Math.round(value / scale);
  });
  assert.ok(squares(roundTrip(values, 32, 4)) < squares(plain));
});

for (const bits of [8, 4] as const) {
  test(`zeros stay zeros, in ${bits} bits`, () => {
    const { numbers, scales } = quantizeRows(new Float32Array(40), 40, bits);
    assert.ok(scales.every((scale) => scale === 0));
    assert.ok(numbers.every((byte) => byte === (bits === 8 ? 0x80 : 0x88)));
    assert.deepEqual(roundTrip(new Float32Array(40), 40, bits), new Float32Array(40));
  });

  test(`one huge value swallows its block and no other, in ${bits} bits`, () => {
    const values = new Float32Array(96).fill(0.5);
    values[40] = -1e30;
    const restored = roundTrip(values, 96, bits);
    assert.ok(Math.abs((restored[40] ?? 0) / -1e30 - 1) < 0.01);
    assert.ok(restored.subarray(32, 64).every((value, i) => i === 8 || value === 0));
    for (const other of [restored.subarray(0, 32), restored.subarray(64)]) {
      assert.ok(other.every((value) => Math.abs(value - 0.5) < 1e-6));
    }
    assert.ok(restored.every(Number.isFinite));
  });

  test(`a row that ends inside a block is padded with the number of zero, in ${bits} bits`, () => {
    const { numbers } = quantizeRows(
      Float32Array.from({ length: 33 }, () => 1),
      33,
      bits,
    );
    assert.equal(numbers.length, 2 * 4 * bits);
    const padding = bits === 8 ? numbers.subarray(33) : numbers.subarray(17);
    assert.ok(padding.every((byte) => byte === (bits === 8 ? 0x80 : 0x88)));
    if (bits === 4) assert.equal((numbers[16] ?? 0) >> 4, 8, "the high nibble beside the last number");
  });
}

test("of two 4-bit numbers in a byte the first is the low nibble", () => {
  // The extreme is the lowest number, so that -8 to 7 are the values themselves.
  const values = Float32Array.from({ length: 32 }, (_, i) => (i % 16) - 8);
  const { numbers, scales } = quantizeRows(values, 32, 4);
  assert.deepEqual([...scales], [1]);
  assert.deepEqual([...numbers.subarray(0, 8)], [0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]);
});

test("8-bit numbers are offset by 128 and end at 1 and 255", () => {
  const { numbers, scales } = quantizeRows(Float32Array.from([-127, 127, 0, 1, -1]), 5, 8);
  assert.deepEqual([...scales], [1]);
  assert.deepEqual([...numbers.subarray(0, 6)], [1, 255, 128, 129, 127, 128]);
});
