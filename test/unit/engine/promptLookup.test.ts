import assert from "node:assert/strict";
import { test } from "node:test";
import { PromptLookup } from "../../../src/engine/promptLookup.ts";

interface Example {
  name: string;
  /** Each letter is a token. */
  text: string;
  most?: number;
  matched: number;
  tokens: string;
}

const examples: Example[] = [
  { name: "nothing", text: "", matched: 0, tokens: "" },
  { name: "one token", text: "a", matched: 0, tokens: "" },
  { name: "one token again is no match", text: "aba", matched: 0, tokens: "" },
  { name: "no repetition", text: "abcdef", matched: 0, tokens: "" },
  { name: "a pair seen before", text: "abcdab", matched: 2, tokens: "cdab" },
  { name: "no more than asked for", text: "abcdefab", most: 3, matched: 2, tokens: "cde" },
  { name: "none when none are asked for", text: "abcdab", most: 0, matched: 0, tokens: "" },
  { name: "the longest match, though an older one", text: "xabcPyabcQzabcRxabc", matched: 4, tokens: "Pyab" },
  { name: "the most recent of equally long ones", text: "1abcP2abcQ3abc", matched: 3, tokens: "Q3ab" },
  { name: "a loop goes on past the end", text: "xyababab", most: 7, matched: 4, tokens: "abababa" },
  { name: "one token in a loop", text: "xaaa", most: 5, matched: 2, tokens: "aaaaa" },
  { name: "a match that begins the text", text: "abcxabc", matched: 3, tokens: "xabc" },
];

function lookup(text: string): PromptLookup {
  return new PromptLookup(Array.from(text, (letter) => letter.charCodeAt(0)));
}

for (const { name, text, most = 4, matched, tokens } of examples) {
  test(`a guess from ${name}`, () => {
    const proposal = lookup(text).propose(most);
    assert.deepEqual([proposal.matched, String.fromCharCode(...proposal.tokens)], [matched, tokens]);
  });
  test(`it does not matter how the text was added: ${name}`, () => {
    const grown = lookup("");
    for (const letter of text) grown.push(letter.charCodeAt(0));
    assert.deepEqual(grown.propose(most), lookup(text).propose(most));
  });
}

test("ids at the end of the largest vocabularies do not collide", () => {
  const [a, b, c] = [2 ** 26 - 1, 2 ** 26 - 2, 0];
  assert.deepEqual(new PromptLookup([a, b, 7, b, a, 8, c, a, 9, a, b]).propose(1), { matched: 2, tokens: [7] });
});
