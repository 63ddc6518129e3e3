import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { cutCompletion, dropUnfinished } from "../../../src/extension/completion/cut.ts";
import type { Mode } from "../../../src/extension/completion/mode.ts";

interface Case {
  name: string;
  mode: Mode;
  lineBefore: string;
  text: string;
  cut: string;
  complete: boolean;
}

const cases: Case[] = [
  { name: "ends a line at its end", mode: "line", lineBefore: "a =", text: " 1;\nb", cut: " 1;", complete: true },
  { name: "leaves a growing line", mode: "line", lineBefore: "a =", text: " 1", cut: " 1", complete: false },
  { name: "trims white space at the end", mode: "line", lineBefore: "a =", text: " 1;  ", cut: " 1;", complete: false },
  {
    name: "ends a block at a blank line",
    mode: "block",
    lineBefore: "",
    text: "a();\nb();\n  \nc();",
    cut: "a();\nb();",
    complete: true,
  },
  {
    name: "ends a block at a smaller indentation",
    mode: "block",
    lineBefore: "    ",
    text: "a();\n    b();\n  }",
    cut: "a();\n    b();",
    complete: true,
  },
  {
    name: "takes a block's indentation from its first line",
    mode: "block",
    lineBefore: "",
    text: "  a();\n}",
    cut: "  a();",
    complete: true,
  },
  {
    name: "ends a body at a line between its opener's indentation and its own",
    mode: "body",
    lineBefore: "f(() => {",
    text: "\n    a();\n  b();",
    cut: "\n    a();",
    complete: true,
  },
  {
    name: "keeps nested lines and what closes them",
    mode: "block",
    lineBefore: "  ",
    text: "if (a) {\n    b();\n  }\n}",
    cut: "if (a) {\n    b();\n  }",
    complete: true,
  },
  {
    name: "ends a docstring at its end",
    mode: "docstring",
    lineBefore: '    """',
    text: 'Adds.\n    And more.\n    """\n    return 1',
    cut: 'Adds.\n    And more.\n    """',
    complete: true,
  },
  {
    name: "takes a docstring that begins on the next line",
    mode: "docstring",
    lineBefore: "/**",
    text: "\n * Adds.\n */\nfunction",
    cut: "\n * Adds.\n */",
    complete: true,
  },
  {
    name: "ends a docstring at a smaller indentation, and at a blank line",
    mode: "docstring",
    lineBefore: '    """',
    text: "Adds.\n  other",
    cut: "Adds.",
    complete: true,
  },
  { name: "offers no block that begins blank", mode: "block", lineBefore: "", text: "\na();", cut: "", complete: true },
  {
    name: "waits for the end of a line's indentation",
    mode: "block",
    lineBefore: "  ",
    text: "a();\n ",
    cut: "a();",
    complete: false,
  },
  {
    name: "ends a block after the most lines",
    mode: "block",
    lineBefore: "",
    text: "1\n2\n3\n4",
    cut: "1\n2\n3",
    complete: true,
  },
  {
    name: "ends a body after what closes it",
    mode: "body",
    lineBefore: "  f() {",
    text: "\n    a();\n  }\n  g",
    cut: "\n    a();\n  }",
    complete: true,
  },
  {
    name: "ends a body before what does not close it",
    mode: "body",
    lineBefore: "def f():",
    text: "\n    a()\nb()",
    cut: "\n    a()",
    complete: true,
  },
  { name: "offers no empty body", mode: "body", lineBefore: "f() {", text: "\n}\n", cut: "", complete: true },
  {
    name: "takes a body that stays on the line as a line",
    mode: "body",
    lineBefore: "import {",
    text: " a } from 'b';\nc",
    cut: " a } from 'b';",
    complete: true,
  },
];

suite("cut", () => {
  for (const { name, mode, lineBefore, text, cut, complete } of cases) {
    test(name, () => {
      assert.deepEqual(cutCompletion(text, { mode, lineBefore, maxLines: 3 }), { text: cut, complete });
    });
  }

  test("cuts the same while the text grows", () => {
    for (const { name, mode, lineBefore, text } of cases) {
      const whole = cutCompletion(text, { mode, lineBefore, maxLines: 3 });
      for (let length = 0; length < text.length; length++) {
        const part = cutCompletion(text.slice(0, length), { mode, lineBefore, maxLines: 3 });
        if (part.complete) assert.equal(part.text, whole.text, `${name}, at ${length}`);
      }
    }
  });

  test("drops what was left unfinished", () => {
    assert.equal(dropUnfinished("a();\nb(un"), "a();");
    assert.equal(dropUnfinished(" return some.unfin"), " return some.");
    assert.equal(dropUnfinished("unfin"), "");
    assert.equal(dropUnfinished("\n  unfin"), "");
  });
});
