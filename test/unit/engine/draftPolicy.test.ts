import assert from "node:assert/strict";
import { test } from "node:test";
import { DraftPolicy } from "../../../src/engine/draftPolicy.ts";

interface Experience {
  name: string;
  /** Of so many guesses after each length of match, how many were right. */
  right: number;
  /** Time of each further token in a run over that of a run of one. */
  cost: number;
  expected: (length: number) => boolean;
}

const experiences: Experience[] = [
  { name: "always right and nearly free", right: 1, cost: 0.05, expected: (length) => length === 15 },
  { name: "always right, at half the price", right: 1, cost: 0.5, expected: (length) => length >= 5 },
  { name: "mostly right and cheap", right: 0.8, cost: 0.1, expected: (length) => length >= 4 && length <= 10 },
  { name: "mostly right, at half the price", right: 0.8, cost: 0.5, expected: (length) => length >= 1 && length <= 3 },
  { name: "seldom right and cheap", right: 0.2, cost: 0.1, expected: (length) => length <= 1 },
  { name: "seldom right and dear", right: 0.2, cost: 0.6, expected: (length) => length === 0 },
  { name: "never right and free", right: 0, cost: 0, expected: (length) => length === 0 },
  { name: "always right and no faster than one by one", right: 1, cost: 1, expected: (length) => length === 0 },
];

function policyAfter({ right, cost }: Pick<Experience, "right" | "cost">): DraftPolicy {
  const policy = new DraftPolicy();
  for (let i = 0; i < 200; i++) {
    for (let matched = 2; matched <= 20; matched++) policy.guessed(matched, (i * 0.618) % 1 < right);
    policy.ran(1, 10);
    policy.ran(4, 10 * (1 + 3 * cost));
  }
  return policy;
}

for (const experience of experiences) {
  test(`drafts are as long as they pay: guesses ${experience.name}`, () => {
    const length = policyAfter(experience).length(4, 100);
    assert.ok(experience.expected(length), `${length} tokens`);
  });
}

test("a draft is no longer than there is room, and none follows no match", () => {
  const policy = policyAfter({ right: 1, cost: 0 });
  assert.deepEqual([policy.length(4, 3), policy.length(4, 0), policy.length(4, -1), policy.length(0, 9)], [3, 0, 0, 0]);
});

test("each length of match has its own experience", () => {
  const policy = new DraftPolicy();
  for (let i = 0; i < 200; i++) {
    policy.guessed(2, false);
    policy.guessed(9, true);
  }
  assert.equal(policy.length(2, 4), 0);
  assert.ok(policy.length(9, 4) > 0);
});

test("moments in which the machine is busy do not decide", () => {
  const policy = new DraftPolicy();
  for (let i = 0; i < 12; i++) {
    policy.ran(1, i % 3 === 0 ? 90 : 10);
    policy.ran(4, i % 2 === 0 ? 95 : 13);
  }
  assert.ok(policy.length(10, 15) > 0);
});

test("a cost found too high is measured again after a while", () => {
  const policy = policyAfter({ right: 1, cost: 3 });
  const lengths = Array.from({ length: 300 }, () => policy.length(10, 15));
  assert.equal(lengths[0], 0);
  assert.ok(lengths.some((length) => length > 0));
});
