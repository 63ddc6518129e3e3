import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findLoop } from "../../../src/extension/completion/loops.ts";

suite("loops", () => {
  const cases = [
    { text: "a();\nb();", loop: -1 },
    { text: "a();\na();\na();", loop: 5 },
    { text: "{\n}\n}", loop: 4 },
    { text: "return (0, b.b.b.b.b.b", loop: 0 },
    { text: "a();\nb === 'c' || b === 'c' || b === 'c' || b === 'c' || b", loop: 5 },
    { text: "// ------------------", loop: -1 },
    { text: "a\n\n\nb", loop: -1 },
    { text: "a(b(c(d)))", loop: -1 },
  ];
  for (const { text, loop } of cases) {
    test(JSON.stringify(text), () => assert.equal(findLoop(text), loop));
  }

  test("a long line is no work without end", () => {
    assert.equal(findLoop("abcdefghijklmnopqrstuvwxyz".repeat(3) + "0123456789".repeat(3)), -1);
    assert.equal(findLoop(Array.from({ length: 4_000 }, (_, index) => index).join(" ")), -1);
  });
});
