import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  detokenizeLine,
  ONE_BILLION_WORDS,
  PENN_TREEBANK,
  readablePtb,
  type TokenizedStyle,
  tokensOf,
  WIKITEXT,
} from "../../../src/eval/detokenize/english.ts";

const cases: [style: TokenizedStyle, tokenized: string, plain: string][] = [
  [WIKITEXT, " = Robert Boulter = ", "= Robert Boulter ="],
  [WIKITEXT, "a 1 @,@ 200 @-@ word text , 1 @.@ 5 pages", "a 1,200-word text, 1.5 pages"],
  [WIKITEXT, "It 's late ( or so they say ) ; who doesn 't ?", "It's late (or so they say); who doesn't?"],
  [WIKITEXT, '" No , " said Mr. Hale . " Yes . "', '"No," said Mr. Hale. "Yes."'],
  [WIKITEXT, "It ended . Then it began .", "It ended. Then it began."],
  [WIKITEXT, "the <unk> of $ 3 million , or 5 %", "the <unk> of $3 million, or 5%"],
  [ONE_BILLION_WORDS, "Prices rose 3.5 % -- a record .", "Prices rose 3.5% -- a record."],
  [PENN_TREEBANK, "it was n't <unk> 's $ N", "it wasn't <unk>'s $N"],
];

for (const [style, tokenized, plain] of cases) {
  test(`a tokenized line becomes plain: ${plain}`, () => {
    assert.deepEqual(detokenizeLine(tokenized, style).text, plain);
    assert.equal(detokenizeLine(tokenized, style).kept, 0);
  });
}

test("a sentence whose tokens could not be had back stays as it is, and is counted", () => {
  const { text, sentences, kept } = detokenizeLine("He paid 1,200 francs . She laughed .", WIKITEXT);
  assert.deepEqual([text, sentences, kept], ["He paid 1,200 francs . She laughed.", 2, 1]);
});

test("whatever the tokens, plain text gives them back or is the tokens themselves", () => {
  const tokens = ["the", "a1", "Cat", "No", "U.S.", "x.", "3.5", "1,000", "'s", "'t", "n't", "'", '"', "(", ")"];
  const marks = [".", ",", ";", ":", "!", "?", "%", "$", "@-@", "@,@", "@.@", "-", "--", "=", "<unk>", "é", "[", "]"];
  const sentence = fc.array(fc.constantFrom(...tokens, ...marks), { minLength: 1, maxLength: 12 });
  for (const style of [WIKITEXT, ONE_BILLION_WORDS, PENN_TREEBANK]) {
    fc.assert(
      fc.property(sentence, (words) => {
        const line = words.join(" ");
        const { text, sentences, kept } = detokenizeLine(line, style);
        if (kept === sentences) assert.equal(text, line);
        else if (kept === 0 && sentences === 1) assert.deepEqual(tokensOf(text, style), words);
      }),
      { numRuns: 500, seed: 1 },
    );
  }
});

test("the Penn Treebank's marks become those that people write", () => {
  assert.equal(readablePtb("`` Oh -LRB- dear -RRB- , '' he said ."), '"Oh (dear)," he said.');
});
