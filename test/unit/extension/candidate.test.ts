import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { afterTyping, toCandidate } from "../../../src/extension/completion/candidate.ts";

function tokens(...texts: string[]) {
  return texts.map((text, index) => ({ text, logprob: -1 - index }));
}

suite("candidate", () => {
  const cases = [
    { name: "tokens end where their texts do", text: "a = 1;", pieces: ["a", " =", " 1", ";"], ends: [1, 3, 5, 6] },
    {
      name: "a space that stands before the cursor is not in the text",
      text: "foo();",
      pieces: [" foo", "();"],
      ends: [3, 6],
    },
    { name: "what was cut off has no step", text: "a;", pieces: ["a", ";", "\n", "b"], ends: [1, 2] },
    { name: "a token cut in the middle ends with the text", text: "a", pieces: ["a;"], ends: [1] },
    { name: "spaces that became tabs", text: "{\n\t\ta", pieces: ["{", "\n   ", " a"], ends: [1, 4, 5] },
    { name: "no text, no steps but for the first token", text: "", pieces: ["x"], ends: [0] },
  ];
  for (const { name, text, pieces, ends } of cases) {
    test(name, () => {
      assert.deepEqual(
        toCandidate(text, tokens(...pieces)).steps.map(({ end }) => end),
        ends,
      );
    });
  }

  test("a step keeps how much the memory counted", () => {
    const candidate = toCandidate("a b", [
      { text: "a", logprob: -1 },
      { text: " b", logprob: -1, memoryShare: 0.25 },
    ]);
    assert.deepEqual(
      candidate.steps.map(({ memoryShare }) => memoryShare),
      [undefined, 0.25],
    );
    assert.equal(afterTyping(candidate, 2).steps[0]?.memoryShare, 0.25);
  });

  test("typing takes its first steps away, and what is typed of one makes its rest likelier", () => {
    const candidate = toCandidate("return value;", tokens("return", " value", ";"));
    assert.deepEqual(afterTyping(candidate, 0), candidate);
    assert.deepEqual(afterTyping(candidate, 6), {
      text: " value;",
      steps: [
        { end: 6, logprob: -2 },
        { end: 7, logprob: -3 },
      ],
    });
    assert.deepEqual(afterTyping(candidate, 9), {
      text: "lue;",
      steps: [
        { end: 3, logprob: -1 },
        { end: 4, logprob: -3 },
      ],
    });
  });
});
