/** Answers cut out of generated text, while it grows and at its end. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Cut, CUTS } from "../../../src/prompts/template.ts";
import { cutAnswer } from "../../../src/tasks/cutAnswer.ts";
import { endsInLoop } from "../../../src/tasks/loops.ts";

interface Case {
  cut: Cut;
  generated: string;
  text: string;
  complete: boolean;
}

const cases: Case[] = [
  { cut: "line", generated: " Paris\nQ: next", text: "Paris", complete: true },
  { cut: "line", generated: " Paris", text: "Paris", complete: false },
  { cut: "line", generated: "\n\n  Paris \r\nx", text: "Paris", complete: true },
  { cut: "line", generated: "\n", text: "", complete: false },
  { cut: "sentence", generated: " It is late. We", text: "It is late.", complete: true },
  { cut: "sentence", generated: " It is late. ", text: "It is late.", complete: false },
  { cut: "sentence", generated: " Version 3. (and", text: "Version 3. (and", complete: false },
  { cut: "sentence", generated: " Version 3. 5", text: "Version 3.", complete: false },
  {
    cut: "sentence",
    generated: " Dr. Who met J. Doe, e.g. Mr. X. Then",
    text: "Dr. Who met J. Doe, e.g. Mr. X. Then",
    complete: false,
  },
  { cut: "sentence", generated: "Really?! Yes", text: "Really?!", complete: true },
  { cut: "sentence", generated: "text viewer\nQ:", text: "text viewer", complete: true },
  { cut: "sentence", generated: "これは本です。それは", text: "これは本です。", complete: true },
  { cut: "threeSentences", generated: "A b. C d. E f. G", text: "A b. C d. E f.", complete: true },
  { cut: "threeSentences", generated: "A b. C d.", text: "A b. C d.", complete: false },
  { cut: "threeSentences", generated: "A b.\n\nC d. E", text: "A b.", complete: true },
  { cut: "threeSentences", generated: "viewer for text\n", text: "viewer for text", complete: false },
  { cut: "paragraph", generated: "\none\ntwo\n \nthree", text: "one\ntwo", complete: true },
  { cut: "paragraph", generated: "one\n", text: "one", complete: false },
  { cut: "list", generated: " milk\n- eggs\n* tea\n\nBuy", text: "milk\n- eggs\n* tea", complete: true },
  { cut: "list", generated: "1. a\n2. b\n3", text: "1. a\n2. b", complete: false },
  { cut: "list", generated: "1. a\n2. b\nThen", text: "1. a\n2. b", complete: true },
  { cut: "all", generated: "  one\n\n two \n", text: "  one\n\n two \n", complete: false },
  {
    cut: "paragraph",
    generated: "libc6, libgcc-dev, libgcc-dev, libgcc-dev",
    text: "libc6, libgcc-dev, libgcc-dev, libgcc-dev",
    complete: true,
  },
  { cut: "line", generated: "Q TWARTTWARTTWARTTWART", text: "Q TWARTTWARTTWARTTWART", complete: true },
  { cut: "line", generated: "100000000000000000000", text: "100000000000000000000", complete: false },
  { cut: "paragraph", generated: "----------------------", text: "----------------------", complete: false },
];

suite("cutAnswer", () => {
  for (const { cut, generated, text, complete } of cases) {
    test(`${cut} of ${JSON.stringify(generated)}`, () => {
      const answer = cutAnswer(generated, cut);
      assert.deepEqual({ text: answer.text, complete: answer.complete }, { text, complete });
      assert.ok(generated.startsWith(text, answer.start));
    });
  }

  const words = fc.constantFrom("a", "B", " ", " ", "\n", ". ", "! ", "- ", "1. ", "(", "3", "é", "🙂", "Dr. ", "。");
  const texts = fc.array(words, { maxLength: 24 }).map((parts) => parts.join(""));

  test("while a text grows, its answer only grows, and not at all when it is complete", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...CUTS), (text, cut) => {
        let before = cutAnswer("", cut);
        for (let length = 1; length <= text.length; length++) {
          const now = cutAnswer(text.slice(0, length), cut);
          if (before.complete) return;
          assert.ok(now.text.startsWith(before.text.trimEnd()), JSON.stringify([before, now]));
          before = now;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a complete answer stays the same whatever comes, unless it was cut short for repeating itself", () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(...CUTS), (text, more, cut) => {
        const answer = cutAnswer(text, cut);
        if (answer.complete && !endsInLoop(text)) assert.equal(cutAnswer(text + more, cut).text, answer.text);
      }),
      { numRuns: 2000 },
    );
  });
});
