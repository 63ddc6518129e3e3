import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isHarmless } from "../../../src/extension/completion/harmless.ts";
import { toDocumentText, wholeLength } from "../../../src/extension/completion/wholeCharacters.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

const harmless = (marked: string, text: string, replaces = 0) => isHarmless({ text, replaces }, markedPlace(marked));

suite("the last look at an offer", () => {
  test("lets through what only adds", () => {
    for (const marked of ["a = |", "a = |;", "f(|)", "{\n  |\n}"]) assert.equal(harmless(marked, "b"), true, marked);
    assert.equal(harmless("{|\n}", "\n  return b;"), true);
  });

  test("keeps characters whole, on both sides", () => {
    assert.equal(harmless("cafe|", "\u0301"), false);
    assert.equal(harmless("👩|", "\u200d👧"), false);
    assert.equal(harmless("|\u0301)", "e"), false);
    assert.equal(harmless("👩|", "👧"), true);
  });

  test("does not double what the document has", () => {
    assert.equal(harmless("a = b|;", "c;"), false);
    assert.equal(harmless("a = b|;", "c;", 1), true);
    assert.equal(harmless("a = b|; c", ";"), false);
    assert.equal(harmless("a = b|;", ";", 1), false);
    assert.equal(harmless("{|\n  return b;\n}", "\n  return"), false);
    assert.equal(harmless("{|\n  return b;\n}", "\nreturn b;"), false);
  });
});

suite("whole characters", () => {
  test("end a text before a broken one", () => {
    assert.equal(toDocumentText("ab\ufffd"), "ab");
    assert.equal(toDocumentText("ab\ud83dc"), "ab");
    assert.equal(toDocumentText("a👍\r\nb"), "a👍\nb");
  });

  test("are not cut", () => {
    assert.equal(wholeLength("ne\u0301e", 2), 1);
    assert.equal(wholeLength("a👩‍👩‍👧b", 4), 1);
    assert.equal(wholeLength("abc", 2), 2);
    assert.equal(wholeLength("abc", 3), 3);
  });
});
