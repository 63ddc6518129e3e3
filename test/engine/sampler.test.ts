import assert from "node:assert/strict";
import { test } from "node:test";
import { argmax, logSumExp, topIds } from "../../src/engine/sampling/logprobs.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { checkSamplingOptions, nextTokenDistribution, sampleToken } from "../../src/engine/sampling/sampler.ts";
import type { SamplingOptions } from "../../src/shared/protocol.ts";
import { largestDifference, readFixture } from "../helpers/fixtures.ts";

interface SamplingCases {
  logits: Record<string, number[]>;
  cases: {
    name: string;
    logits: string;
    previousIds: number[];
    settings: SamplingOptions;
    tieAtTopP?: true;
    probabilities: number[];
  }[];
}

const fixture = readFixture<SamplingCases>("sampling-cases.json");

for (const { name, logits: vector, previousIds, settings, tieAtTopP, probabilities } of fixture.cases) {
  test(`probabilities equal those of transformers: ${name}`, () => {
    const logits = Float32Array.from(fixture.logits[vector] ?? []);
    const distribution = nextTokenDistribution(logits, settings, previousIds);
    const dense = new Array<number>(logits.length).fill(0);
    for (const [i, id] of distribution.ids.entries()) dense[id] = distribution.probabilities[i] ?? 0;
    // Which of several equal logits survives top-p is an accident of sorting.
    const order = (values: number[]): number[] => (tieAtTopP ? values.toSorted((a, b) => a - b) : values);
    assert.ok(
      largestDifference(order(dense), order(probabilities)) < 1e-5,
      `${dense.join()} is not ${probabilities.join()}`,
    );
  });
}

test("draws follow the distribution, and a seed repeats them", () => {
  const logits = Float32Array.from([0, 1, 2, 3]);
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 4000 }, () => sampleToken(logits, { temperature: 1 }, [], random));
  };
  const draws = draw(7);
  assert.deepEqual(draw(7), draws);
  assert.notDeepEqual(draw(8), draws);
  const total = logSumExp(logits);
  for (const [id, logit] of logits.entries()) {
    const frequency = draws.filter((drawn) => drawn === id).length / draws.length;
    assert.ok(Math.abs(frequency - Math.exp(logit - total)) < 0.03, `token ${id} came with ${frequency}`);
  }
});

test("temperature 0 is greedy, after the repetition penalty", () => {
  const logits = Float32Array.from([1, 3, 2.9]);
  const never = (): number => assert.fail("greedy decoding drew a random number");
  assert.equal(sampleToken(logits, { temperature: 0 }, [], never), 1);
  assert.equal(sampleToken(logits, { repetitionPenalty: 1.5 }, [1], never), 2);
  assert.deepEqual([...logits], [1, 3, Math.fround(2.9)], "the logits are left as they were");
});

test("the likeliest ids come in order, with the first of equals first", () => {
  const logits = Float32Array.from([1, 5, 5, -2, 7, 0]);
  assert.deepEqual(topIds(logits, 3), [4, 1, 2]);
  assert.deepEqual(topIds(logits, 99).length, 6);
  assert.deepEqual(topIds(logits, 0), []);
  assert.equal(argmax(Float32Array.from([-5, -3, -3])), 1);
});

test("probabilities of extreme logits do not overflow", () => {
  assert.equal(logSumExp(Float32Array.from([1000, 1000])), 1000 + Math.LN2);
  assert.equal(logSumExp(Float32Array.from([-1e9, 0])), 0);
});

test("options out of their range are refused by name", () => {
  const wrong: [SamplingOptions, RegExp][] = [
    [{ temperature: -1 }, /temperature must be 0 or more, not -1/],
    [{ topK: 1.5 }, /topK/],
    [{ topP: 0 }, /topP/],
    [{ minP: 2 }, /minP/],
    [{ repetitionPenalty: 0 }, /repetitionPenalty/],
    [{ seed: NaN }, /seed/],
  ];
  for (const [options, message] of wrong) assert.throws(() => checkSamplingOptions(options), message);
  checkSamplingOptions({ temperature: 0.7, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 1 });
});
