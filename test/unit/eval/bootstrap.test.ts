import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { estimate, estimateMean } from "../../../src/eval/bootstrap.ts";
import { bitsPer, perplexity } from "../../../src/eval/metrics/perplexity.ts";

test("the interval of a mean is as wide as the normal approximation says", () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 400 }, () => random());
  const { value, low, high } = estimateMean(values, random);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  const expected = (2 * 1.96 * deviation) / Math.sqrt(values.length);
  assert.equal(value, mean);
  assert.ok(low < mean && mean < high);
  assert.ok(Math.abs((high - low) / expected - 1) < 0.15, `${high - low}, and ${expected} was expected`);
});

test("records are drawn whole, and the same seed draws the same", () => {
  const records = [
    { right: 1, all: 1 },
    { right: 0, all: 9 },
    { right: 5, all: 10 },
  ];
  const ratio = (drawn: readonly (typeof records)[number][]): number =>
    drawn.reduce((sum, { right }) => sum + right, 0) / drawn.reduce((sum, { all }) => sum + all, 0);
  const first = estimate(records, ratio, seededRandom(1));
  assert.equal(first.value, 0.3);
  assert.ok(first.low >= 0 && first.high <= 1);
  assert.deepEqual(first, estimate(records, ratio, seededRandom(1)));
});

test("perplexity and bits are of the same likelihood", () => {
  const nats = 12 * Math.log(8);
  assert.ok(Math.abs(perplexity(nats, 12) - 8) < 1e-12);
  assert.ok(Math.abs(bitsPer(nats, 12) - 3) < 1e-12);
  assert.ok(Math.abs(bitsPer(nats, 36) - 1) < 1e-12);
});
