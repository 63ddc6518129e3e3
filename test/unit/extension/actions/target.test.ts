import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  allFunctions,
  innermostFunction,
  type OutlineSymbol,
} from "../../../../src/extension/actions/innermostFunction.ts";
import { paragraphAt, type Lines } from "../../../../src/extension/actions/paragraph.ts";
import { textToInsert, textToReplace } from "../../../../src/extension/actions/placeText.ts";

function linesOf(text: string): Lines {
  const lines = text.split("\n");
  return {
    lineCount: lines.length,
    lineAt: (line) => ({ isEmptyOrWhitespace: lines[line]?.trim() === "" }),
  };
}

suite("the paragraph at a line", () => {
  const text = "\none\ntwo\n \n\nthree\n";
  const expected: readonly ([number, number] | undefined)[] = [
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
    [5, 5],
    [5, 5],
  ];
  for (const [line, range] of expected.entries()) {
    test(`line ${line}`, () => {
      assert.deepEqual(paragraphAt(linesOf(text), line), range && { first: range[0], last: range[1] });
    });
  }

  test("none where no text is", () => {
    assert.equal(paragraphAt(linesOf(" \n\n"), 1), undefined);
  });
});

suite("the function at a line", () => {
  const symbol = (name: string, lines: [number, number], children: OutlineSymbol[] = []): OutlineSymbol => ({
    name,
    isFunction: /^[a-z]/.test(name),
    firstLine: lines[0],
    lastLine: lines[1],
    children,
  });
  const outline = [
    symbol("Queue", [0, 20], [symbol("push", [2, 8], [symbol("inner", [4, 6])]), symbol("pop", [10, 12])]),
  ];

  test("the innermost", () => {
    assert.equal(innermostFunction(outline, 5)?.name, "inner");
    assert.equal(innermostFunction(outline, 8)?.name, "push");
    assert.equal(innermostFunction(outline, 10)?.name, "pop");
    assert.equal(innermostFunction(outline, 1), undefined, "a class is no function");
    assert.equal(innermostFunction(outline, 30), undefined);
  });

  test("all of them", () => {
    assert.deepEqual(
      allFunctions(outline).map(({ name }) => name),
      ["push", "inner", "pop"],
    );
  });
});

suite("where an answer goes", () => {
  test("below, on a line of its own", () => {
    assert.equal(textToInsert("yes", { insertion: "below", text: "what" }, false), "\nyes");
    assert.equal(textToInsert("yes", { insertion: "below", text: "what\n" }, true), "yes\n");
  });

  test("behind, without joining two words", () => {
    assert.equal(textToInsert("sat", { insertion: "behind", text: "the cat" }, false), " sat");
    assert.equal(textToInsert("sat", { insertion: "behind", text: "the cat " }, false), "sat");
    assert.equal(textToInsert("(a)", { insertion: "behind", text: "add" }, false), "(a)");
    assert.equal(textToInsert("length", { insertion: "behind", text: "items." }, false), "length");
  });

  test("in its place, where whole lines stay whole lines", () => {
    assert.equal(textToReplace("short", { text: "long\n" }), "short\n");
    assert.equal(textToReplace("short", { text: "long" }), "short");
  });
});
