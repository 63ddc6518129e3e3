import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toCandidate } from "../../../src/extension/completion/candidate.ts";
import {
  beginningsOf,
  canEndAt,
  type Features,
  featuresOf,
  longestLikely,
  probabilityOf,
} from "../../../src/extension/completion/gate.ts";

/** Weights by which the probability is that of the model itself, as far as a logistic function goes. */
const nothing: Features = {
  bias: 0,
  logprob: 0,
  leastLogprob: 0,
  tokens: 0,
  characters: 0,
  isNewLine: 0,
  isInWord: 0,
  isSeen: 0,
  seenContext: 0,
};
const plain: Features = { ...nothing, bias: 5, logprob: 5 };
const place = { before: "first\nconst a = " };

suite("gate", () => {
  const ends = [
    { text: "foo(bar)", length: 3, can: true },
    { text: "foo(bar)", length: 4, can: false },
    { text: "foo(bar)", length: 7, can: true },
    { text: "foo(bar)", length: 2, can: false },
    { text: "foo(bar)", length: 8, can: true },
    { text: "a + b", length: 3, can: false },
    { text: "a + b", length: 1, can: true },
    { text: "a; b", length: 2, can: true },
    { text: "x +", length: 3, can: true },
  ];
  for (const { text, length, can } of ends) {
    test(`${JSON.stringify(text.slice(0, length))} of ${JSON.stringify(text)} can${can ? "" : "not"} be left there`, () => {
      assert.equal(canEndAt(text, length), can);
    });
  }

  test("a longer beginning is never likelier by its log-probability", () => {
    const candidate = toCandidate("one two three", [
      { text: "one", logprob: -0.1 },
      { text: " two", logprob: -0.2 },
      { text: " three", logprob: -3 },
    ]);
    const beginnings = beginningsOf(candidate, place, { own: plain });
    assert.deepEqual(
      beginnings.map(({ length }) => length),
      [3, 7, 13],
    );
    const probabilities = beginnings.map(({ probability }) => probability);
    assert.deepEqual(
      probabilities,
      probabilities.toSorted((a, b) => b - a),
    );
    assert.equal(longestLikely(candidate, place, { least: 0.5 }, { own: plain })?.length, 7);
    assert.equal(longestLikely(candidate, place, { least: 0.999 }, { own: plain }), undefined);
    assert.equal(longestLikely(candidate, place, { least: 0 }, { own: plain })?.length, 13);
  });

  test("what the memory had a say in has weights and a bar of its own, and all that comes after it", () => {
    const candidate = toCandidate("one two three", [
      { text: "one", logprob: -0.1 },
      { text: " two", logprob: -0.1, memoryShare: 0.2 },
      { text: " three", logprob: -0.1 },
    ]);
    const doubting = { ...plain, bias: 0 };
    const beginnings = beginningsOf(candidate, place, { own: plain, withMemory: doubting });
    assert.deepEqual(
      beginnings.map(({ isFromMemory, probability }) => [isFromMemory, probability > 0.5]),
      [
        [false, true],
        [true, false],
        [true, false],
      ],
    );
    const weights = { own: plain, withMemory: plain };
    assert.equal(longestLikely(candidate, place, { least: 0.5 }, weights)?.length, 13);
    assert.equal(longestLikely(candidate, place, { least: 0.5, leastWithMemory: 0.999 }, weights)?.length, 3);
  });

  test("features tell the place", () => {
    const candidate = toCandidate("ab", [{ text: "ab", logprob: -1 }]);
    assert.equal(featuresOf(candidate, 0, { before: "x\n  " }).isNewLine, 1);
    assert.equal(featuresOf(candidate, 0, { before: "x" }).isInWord, 1);
    const features = { ...nothing, bias: 1, logprob: -1, leastLogprob: -1, characters: Math.log(3) };
    assert.deepEqual(featuresOf(candidate, 0, { before: "x = " }), features);
  });

  test("features tell whether the text stands there already, and after how much of the same", () => {
    const candidate = toCandidate("size", [{ text: "size", logprob: -1 }]);
    const seen = (before: string) => {
      const { isSeen, seenContext } = featuresOf(candidate, 0, { before });
      return { isSeen, same: Math.round(Math.exp(seenContext) - 1) };
    };
    assert.deepEqual(seen("file.name; file."), { isSeen: 0, same: 0 });
    assert.deepEqual(seen("size; x = "), { isSeen: 1, same: 0 });
    assert.deepEqual(seen("a.size; file.size; file."), { isSeen: 1, same: ".size; file.".length });
    assert.equal(seen(`${"ab".repeat(100)}size; ${"ab".repeat(100)}`).same, 40);
  });

  test("probabilities lie between 0 and 1, whatever the features", () => {
    for (const logprob of [-1e6, -1, 0]) {
      const p = probabilityOf({ ...nothing, logprob, leastLogprob: logprob, tokens: 3 }, plain);
      assert.ok(p >= 0 && p <= 1);
    }
  });
});
