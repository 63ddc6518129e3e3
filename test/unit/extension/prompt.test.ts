import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { buildPrompt, windowLength, windowStart, windowText } from "../../../src/extension/completion/prompt.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

suite("prompt", () => {
  const cases = [
    { name: "begins with the path", marked: "const a|", text: "// src/sample.ts\nconst a" },
    { name: "ends at the cursor", marked: "a = |", text: "// src/sample.ts\na = " },
    { name: "shows tabs as the model knows them", marked: "{\n\t\t|", text: "// src/sample.ts\n{\n    " },
  ];
  for (const { name, marked, text } of cases) {
    test(name, () => assert.equal(buildPrompt(markedPlace(marked)), text));
  }

  test("has no header without a path", () => {
    assert.equal(buildPrompt(markedPlace("hello|", { path: undefined })), "hello");
  });

  test("leaves room for what is generated", () => {
    assert.ok(windowLength(512, 48) > windowLength(512, 256));
    assert.ok(windowLength(1024, 48) > windowLength(undefined, 48));
    assert.ok(windowLength(512, 512) > 0, "even when there is none");
  });

  test("the window holds what fits", () => {
    for (let offset = 0; offset < 5_000; offset += 7) {
      const start = windowStart(offset, 1_000);
      assert.ok(start <= offset && offset - start <= 1_000, `offset ${offset}`);
      if (offset > 1_000) assert.ok(offset - start >= 750, `offset ${offset} leaves most of the window unused`);
    }
  });

  const windowOf = (text: string, ahead = 0) =>
    windowText((start, end) => text.slice(start, end), text.length, 100, ahead);

  test("the window begins with a line", () => {
    for (let count = 20; count < 60; count++) {
      const text = Array.from({ length: count }, (_, line) => `line ${line}\n`).join("");
      assert.match(windowOf(text), /^line \d+\n/, `${count} lines`);
      assert.ok(text.endsWith(windowOf(text)));
    }
  });

  test("the window begins with a word where lines are as long as paragraphs", () => {
    const words = "several words that all stand on one long line, ".repeat(20);
    for (const text of [words, `${words}\n`, `short\n${words}\nnext`]) {
      const window = windowOf(text);
      assert.match(window, /^[a-z]+,? /);
      assert.match(text.slice(0, text.length - window.length), /\s$/);
      assert.ok(window.length > 50 && window.length <= 100, `a window of ${window.length} characters`);
    }
    assert.equal(windowOf("x".repeat(500)).length, 100, "without any spaces it begins anywhere");
  });

  test("a new line does not move the window", () => {
    const text = "one long line of many words ".repeat(6);
    assert.equal(windowOf(`${text}\n`), `${windowOf(text)}\n`);
  });

  test("the window ahead is the one that there will be", () => {
    const text = Array.from({ length: 40 }, (_, line) => `line ${line}\n`)
      .join("")
      .slice(0, 200);
    const later = `${text}123456`;
    assert.notEqual(windowOf(later).slice(0, 20), windowOf(text).slice(0, 20));
    assert.ok(windowOf(later).startsWith(windowOf(text, 5)));
    assert.equal(windowOf("short", 50), "short");
  });

  test("the window moves once in many keystrokes", () => {
    const starts = new Set(Array.from({ length: 1_000 }, (_, typed) => windowStart(3_000 + typed, 1_000)));
    assert.ok(starts.size <= 5);
  });
});
