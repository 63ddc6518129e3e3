import assert from "node:assert/strict";
import { test } from "node:test";
import { BloomFilter } from "../../../src/eval/bloomFilter.ts";

test("a Bloom filter forgets nothing", () => {
  for (const [items, rate] of [
    [1, 1e-8],
    [20, 1e-8],
    [5000, 1e-3],
  ] as const) {
    const filter = new BloomFilter(items, rate);
    const texts = Array.from({ length: items }, (_, i) => `text ${i}`);
    for (const text of texts) filter.add(text);
    assert.ok(texts.every((text) => filter.has(text)));
  }
});

test("a Bloom filter takes others for known as seldom as it says", () => {
  const filter = new BloomFilter(10_000, 1e-2);
  for (let i = 0; i < 10_000; i++) filter.add(`a text with the number ${i}`);
  assert.ok(Math.abs(filter.falsePositiveRate() - 1e-2) < 2e-3, String(filter.falsePositiveRate()));
  let wrong = 0;
  for (let i = 0; i < 50_000; i++) if (filter.has(`another text, ${i}`)) wrong++;
  assert.ok(Math.abs(wrong / 50_000 - filter.falsePositiveRate()) < 3e-3, String(wrong));
});
