import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { leastLikely } from "../../../../src/extension/chat/scoreReport.ts";

/** Tokens with their probabilities; absent for the first of a text. */
type Token = [text: string, probability?: number];

function report(tokens: Token[], count = 10) {
  let end = 0;
  const ends = tokens.map(([text]) => (text === "" ? undefined : (end += text.length)));
  const text = tokens.map(([piece]) => piece).join("");
  const scored = tokens.map(([, probability]) => (probability === undefined ? {} : { logprob: Math.log(probability) }));
  return leastLikely(text, scored, ends, count).map(({ bits, probability, ...token }) => ({
    ...token,
    bits: Math.round(bits),
    probability: Number(probability.toPrecision(3)),
  }));
}

suite("leastLikely", () => {
  test("least likely first, with the places where the words begin", () => {
    assert.deepEqual(report([["let"], [" x", 0.5], [" =", 1], ["\n", 0.25], ["  banana", 0.125], [";", 0.5]], 2), [
      { text: "banana", line: 2, column: 3, bits: 3, probability: 0.125 },
      { text: "x", line: 1, column: 5, bits: 1, probability: 0.5 },
    ]);
  });

  test("white space, the first token and what is certain are not named", () => {
    assert.deepEqual(report([["a"], ["\n\n", 0.001], [" ", 0.001], ["b", 1]]), []);
  });

  test("the tokens of one character count as one", () => {
    assert.deepEqual(report([["a"], ["", 0.5], ["é", 0.25]]), [
      { text: "é", line: 1, column: 2, bits: 3, probability: 0.125 },
    ]);
  });
});
