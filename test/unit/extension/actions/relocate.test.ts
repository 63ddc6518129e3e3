import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { offsetWithin, withPlainLineEnds } from "../../../../src/extension/actions/lineEnds.ts";
import { relocate } from "../../../../src/extension/actions/relocate.ts";

suite("finding a text again", () => {
  test("where it stood", () => {
    assert.deepEqual(relocate("one two two", "two", { start: 8, end: 11 }), { start: 8, end: 11 });
  });

  test("elsewhere, if it stands there once", () => {
    assert.deepEqual(relocate("new one two", "one", { start: 0, end: 3 }), { start: 4, end: 7 });
    assert.equal(relocate("new two two", "two", { start: 0, end: 3 }), undefined);
  });

  test("not if it is gone or was not kept", () => {
    assert.equal(relocate("new", "one", { start: 0, end: 3 }), undefined);
    assert.equal(relocate("new", "", { start: 0, end: 3 }), undefined);
  });
});

suite("line ends", () => {
  test("a place in the model's text is found in the document's", () => {
    const text = "a\r\nbc\r\nd";
    const plain = withPlainLineEnds(text);
    assert.equal(plain, "a\nbc\nd");
    for (let index = 0; index < plain.length; index++) {
      const found = text.charAt(offsetWithin(text, index));
      assert.equal(found === "\r" ? "\n" : found, plain.charAt(index), `at ${index}`);
    }
    assert.equal(offsetWithin(text, plain.length), text.length);
    assert.equal(offsetWithin(text, 100), text.length);
  });
});
