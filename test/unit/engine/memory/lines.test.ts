import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isCut, partEnds } from "../../../../src/engine/memory/lines.ts";
import { WordEncoder } from "../../../../src/engine/tokenizer/wordEncoder.ts";
import { tokenizer } from "./helpers.ts";

const unit = fc.constantFrom(
  "\n",
  " ",
  "\t",
  "\r",
  "\u00a0",
  "\u2028",
  "a",
  "1",
  "'ll",
  "(",
  "é",
  "ß",
  "漢",
  "😀",
  "\ud800",
  "\0",
  "\u200b",
);
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80, size: "max" }),
  fc.array(unit, { maxLength: 80, size: "max" }).map((units) => units.join("")),
);

test("the parts of a text have, one after the other, the tokens of the whole", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let start = 0;
      const parts = partEnds(text).map((end) => {
        const part = text.slice(start, end);
        start = end;
        return part;
      });
      assert.equal(parts.join(""), text);
      assert.deepEqual(
        parts.flatMap((part) => tokenizer.encode(part)),
        tokenizer.encode(text),
      );
      for (let i = 1; i < parts.length; i++) assert.ok(isCut(parts[i - 1] ?? "", parts[i] ?? ""));
    }),
    { numRuns: 300, seed: 3 },
  );
});

test("a text encoded word by word has the tokenizer's ids", () => {
  const encoder = new WordEncoder(tokenizer);
  fc.assert(
    fc.property(anyText, (text) => assert.deepEqual(encoder.encode(text), tokenizer.encode(text))),
    { numRuns: 300, seed: 4 },
  );
});
