import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fitToPlace } from "../../../src/extension/completion/fit.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

suite("fit", () => {
  /** `fitted` is the text around the cursor when the offer is accepted; without it nothing is offered. */
  const cases = [
    { marked: "a =|", text: " 1;", fitted: "a = 1;" },
    { marked: "a =|  ", text: " 1;", fitted: "a = 1;  " },
    { marked: "a =|", text: "  \n " },
    { marked: "foo(|)", text: "a, b", fitted: "foo(a, b)" },
    { marked: "foo(|)", text: "a, b);", fitted: "foo(a, b);" },
    { marked: "foo(|)", text: "bar(b));", fitted: "foo(bar(b));" },
    { marked: "foo(|)", text: "bar()", fitted: "foo(bar())" },
    { marked: "foo(|);", text: "a) + 1", fitted: "foo(a);" },
    { marked: "foo(|)", text: ")" },
    { marked: "foo(|  )", text: ")" },
    { marked: "{ |}", text: "a: '😀' }", fitted: "{ a: '😀' }" },
    { marked: 'from "|"', text: './a";', fitted: 'from "./a";' },
    { marked: 'from "|";', text: './a";', fitted: 'from "./a";' },
    { marked: 'from "|";', text: './a" + b', fitted: 'from "./a";' },
    { marked: "print(|)", text: "'a\\'b')", fitted: "print('a\\'b')" },
    { marked: "a|;", text: " = 1;", fitted: "a = 1;" },
    { marked: "a|;", text: " = 1", fitted: "a = 1;" },
    { marked: "|\nfoo();", text: "foo();" },
    { marked: "  return|\n  return null;", text: " null;" },
    { marked: "{\n  |\n}", text: "}" },
    { marked: "f() {|\n}", text: "\n  a();\n}", fitted: "f() {\n  a();\n}" },
    { marked: "|\n\nb();\nc();", text: "a();\nb();\nc();", fitted: "a();\n\nb();\nc();" },
  ];
  for (const { marked, text, fitted } of cases) {
    test(`${JSON.stringify(marked)} + ${JSON.stringify(text)}`, () => {
      const cursor = marked.indexOf("|");
      const offer = fitToPlace(text, markedPlace(marked));
      const accepted = offer && marked.slice(0, cursor) + offer.text + marked.slice(cursor + 1 + offer.replaces);
      assert.equal(accepted, fitted);
    });
  }
});
