import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { escapeMarkdown } from "../../../src/extension/escapeMarkdown.ts";

suite("text in Markdown", () => {
  for (const [text, markdown] of [
    ["a *b* `c`", "a \\*b\\* \\`c\\`"],
    ["[x](command:workbench.action.quit)", "\\[x\\]\\(command:workbench.action.quit\\)"],
    ["![](https://a.b)", "\\!\\[\\]\\(https&#58;//a.b\\)"],
    ["see http://a.b or www.a.b or me@a.b", "see http&#58;//a.b or www&#46;a.b or me&#64;a.b"],
    ["$(warning) <b>&amp;", "\\$\\(warning\\) \\<b\\>\\&amp;"],
    ["time: 12:30", "time: 12:30"],
    ["two\n\nlines", "two lines"],
  ] as const) {
    test(text, () => assert.equal(escapeMarkdown(text), markdown));
  }

  test("no text is read as an address", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("http", "s", ":", "//", "www", ".", "@", "a", "\\", "&", "#", " ")),
        (parts) => {
          assert.doesNotMatch(escapeMarkdown(parts.join("")), /:\/\/|www\.|@/i);
        },
      ),
    );
  });
});
