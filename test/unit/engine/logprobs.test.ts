import assert from "node:assert/strict";
import { test } from "node:test";
import { logSumExp } from "../../../src/engine/sampling/logprobs.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";

function exactly(logits: Float32Array): number {
  const highest = Math.max(...logits);
  return highest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
}

for (const { name, spread } of [
  { name: "alike", spread: 0 },
  { name: "close", spread: 1 },
  { name: "as a model's", spread: 12 },
  { name: "so far apart that one counts", spread: 1e6 },
]) {
  test(`the sum of exponentials of logits ${name}`, () => {
    const random = seededRandom(7);
    for (let round = 0; round < 20; round++) {
      const logits = Float32Array.from({ length: 5000 }, () => (random() - 0.5) * spread - 30);
      assert.ok(Math.abs(logSumExp(logits) - exactly(logits)) < 1e-8);
    }
  });
}

test("a token that is ruled out adds nothing", () => {
  assert.ok(Math.abs(logSumExp(Float32Array.of(1, -Infinity, 1)) - (1 + Math.LN2)) < 1e-12);
});
