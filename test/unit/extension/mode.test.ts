import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { chooseMode, type Mode } from "../../../src/extension/completion/mode.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

suite("mode", () => {
  const cases: { marked: string; mode: Mode; languageId?: string }[] = [
    { marked: "const a = |", mode: "line" },
    { marked: "foo(|)", mode: "line" },
    { marked: 'import a from "|";', mode: "line" },
    { marked: "foo(|) // why", mode: "none" },
    { marked: "fo|o", mode: "none" },
    { marked: "|foo();", mode: "none" },
    { marked: "{\n  |\n}", mode: "block" },
    { marked: "a;\n|", mode: "block" },
    { marked: "  |  \n}", mode: "block" },
    { marked: "function f() {|\n}", mode: "body" },
    { marked: "const a = [|", mode: "body" },
    { marked: "function f() {|}", mode: "line" },
    { marked: "def f():|", mode: "body", languageId: "python" },
    { marked: '"name":|', mode: "line", languageId: "json" },
    { marked: 'def f():\n    """|', mode: "docstring", languageId: "python" },
    { marked: 'def f():\n    """Adds."""|', mode: "line", languageId: "python" },
    { marked: "/** |", mode: "docstring" },
  ];
  for (const { marked, mode, languageId = "typescript" } of cases) {
    test(`${JSON.stringify(marked)} in ${languageId}: ${mode}`, () => {
      assert.equal(chooseMode(markedPlace(marked, { languageId })), mode);
    });
  }

  test("before code something is offered by a model that sees it", () => {
    assert.equal(chooseMode(markedPlace("const a = | + b;")), "none");
    assert.equal(chooseMode(markedPlace("const a = | + b;"), true), "line");
  });

  test("an empty document without a name says nothing about what to write", () => {
    assert.equal(chooseMode(markedPlace("\n  |", { path: undefined })), "none");
    assert.equal(chooseMode(markedPlace("|")), "block");
  });
});
