import assert from "node:assert/strict";
import { test } from "node:test";
import { CAPACITY_STEP, KvCache, type CacheShape } from "../../../src/engine/model/kvCache.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";

const shape: CacheShape = { layers: 3, heads: 2, headDim: 5, contextLength: 300 };

/** What a cache must hold, as one number per position: element (layer, head, dim) of token i is derived from `ids[i]`. */
class Reference {
  ids: number[] = [];

  static element(id: number, layer: number, head: number, dim: number, isKey: boolean): number {
    return id * 100 + layer * 30 + head * 10 + dim * 2 + (isKey ? 1 : 0);
  }

  /** `[layers, heads, head_dim, count]` and `[layers, heads, count, head_dim]`, as the graph returns them. */
  static rows(ids: readonly number[]): { keys: Float32Array; values: Float32Array } {
    const keys: number[] = [];
    const values: number[] = [];
    for (let layer = 0; layer < shape.layers; layer++) {
      for (let head = 0; head < shape.heads; head++) {
        for (let dim = 0; dim < shape.headDim; dim++)
          for (const id of ids) keys.push(Reference.element(id, layer, head, dim, true));
        for (const id of ids)
          for (let dim = 0; dim < shape.headDim; dim++) values.push(Reference.element(id, layer, head, dim, false));
      }
    }
    return { keys: Float32Array.from(keys), values: Float32Array.from(values) };
  }

  check(cache: KvCache): void {
    const { capacity } = cache;
    assert.equal(cache.length, this.ids.length);
    for (let layer = 0; layer < shape.layers; layer++) {
      const keys = cache.keys(layer);
      const values = cache.values(layer);
      assert.equal(keys.length, shape.heads * shape.headDim * capacity);
      for (let head = 0; head < shape.heads; head++) {
        for (let dim = 0; dim < shape.headDim; dim++) {
          const row = head * shape.headDim + dim;
          for (const [i, id] of this.ids.entries()) {
            const key = keys[row * capacity + i];
            const value = values[(head * capacity + i) * shape.headDim + dim];
            if (key !== Reference.element(id, layer, head, dim, true)) assert.fail(`key ${layer} ${row} ${i}: ${key}`);
            if (value !== Reference.element(id, layer, head, dim, false)) assert.fail(`value ${layer} ${row} ${i}`);
          }
        }
      }
    }
  }
}

function append(cache: KvCache, reference: Reference, ids: number[]): void {
  const { keys, values } = Reference.rows(ids);
  cache.append(keys, values, ids.length);
  reference.ids.push(...ids);
}

test("appends and rewinds in any order leave what a plain list would hold", () => {
  const random = seededRandom(3);
  const cache = new KvCache(shape);
  const reference = new Reference();
  let id = 0;
  for (let step = 0; step < 200; step++) {
    if (random() < 0.3) {
      const length = Math.floor(random() * (cache.length + 1));
      cache.rewindTo(length);
      reference.ids.length = length;
    } else {
      const count = Math.min(random() < 0.5 ? 1 : Math.floor(random() * 70), shape.contextLength - cache.length);
      append(
        cache,
        reference,
        Array.from({ length: count }, () => ++id % 1000),
      );
    }
    reference.check(cache);
  }
});

test("capacity grows in steps, up to the context length, and keeps its contents", () => {
  const cache = new KvCache(shape);
  const reference = new Reference();
  const capacities = new Set([cache.capacity]);
  for (let i = 0; i < shape.contextLength; i++) {
    append(cache, reference, [i]);
    capacities.add(cache.capacity);
  }
  reference.check(cache);
  assert.deepEqual([...capacities], [CAPACITY_STEP, 2 * CAPACITY_STEP, shape.contextLength]);
  assert.equal(cache.byteLength, 2 * 4 * shape.layers * shape.heads * shape.headDim * shape.contextLength);
});

test("a cache smaller than a step takes the context length only", () => {
  assert.equal(new KvCache({ ...shape, contextLength: 40 }).capacity, 40);
});

test("nothing is written past the context length", () => {
  const cache = new KvCache(shape);
  const reference = new Reference();
  append(
    cache,
    reference,
    Array.from({ length: shape.contextLength - 1 }, (_, i) => i),
  );
  const { keys, values } = Reference.rows([7, 8]);
  assert.throws(() => cache.append(keys, values, 2), {
    name: "RangeError",
    message: "a cache of 300 tokens cannot hold 301",
  });
  reference.check(cache);
  append(cache, reference, [9]);
  reference.check(cache);
});

test("a rewind to a length that the cache never had is refused", () => {
  const cache = new KvCache(shape);
  append(cache, new Reference(), [1, 2, 3]);
  for (const length of [-1, 4, 1.5, NaN]) assert.throws(() => cache.rewindTo(length), RangeError);
  assert.equal(cache.length, 3);
  assert.throws(() => cache.keys(3), RangeError);
});

test("parts that were picked hold what they held, and grow on their own", () => {
  const cache = new KvCache(shape);
  const reference = new Reference();
  append(cache, reference, [1, 2, 3, 4]);
  cache.rewindTo(3);
  reference.ids.length = 3;
  const pair = cache.pick([0, 0], 1);
  assert.equal(pair.length, 3);
  // Each part is a cache of its own inside: the second one alone is what the first was.
  reference.check(pair.pick([1], 2));

  const [left, right] = [Reference.rows([7]), Reference.rows([8])];
  const joined = (which: "keys" | "values"): Float32Array => {
    const size = left[which].length / shape.layers;
    const layers = Array.from({ length: shape.layers }, (_, layer) => [
      ...left[which].subarray(layer * size, (layer + 1) * size),
      ...right[which].subarray(layer * size, (layer + 1) * size),
    ]);
    return Float32Array.from(layers.flat());
  };
  pair.append(joined("keys"), joined("values"), 1);
  for (const [part, id] of [7, 8].entries()) {
    const expected = new Reference();
    expected.ids = [1, 2, 3, id];
    expected.check(pair.pick([part], 2));
  }
  reference.check(cache);
});

test("what is picked from a full cache fits", () => {
  const cache = new KvCache({ ...shape, contextLength: 40 });
  const reference = new Reference();
  append(
    cache,
    reference,
    Array.from({ length: 40 }, (_, i) => i),
  );
  reference.check(cache.pick([0, 0, 0], 1).pick([2], 3));
});
