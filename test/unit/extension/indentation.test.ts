import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  indentWithSpaces,
  indentWithTabs,
  toModelText,
  usesTabs,
} from "../../../src/extension/completion/indentation.ts";

suite("indentation", () => {
  test("goes by the document, then by the editor", () => {
    assert.equal(usesTabs("a\n\tb\n", false), true);
    assert.equal(usesTabs("a\n  b\n", true), false);
    assert.equal(usesTabs("\ta\n  b\n", true), false);
    assert.equal(usesTabs("a\n", true), true);
    assert.equal(usesTabs("a\n\t", false), false);
  });

  test("goes to the model and back", () => {
    const text = "\tif (a) {\n\t\tb();\n\t}\n\t/**\n\t * c\n\t */";
    assert.equal(indentWithTabs(toModelText(text), true), text);
  });

  test("is the document's, whatever the model writes", () => {
    assert.equal(indentWithSpaces("a\n\t\tb\n \tc", false), "a\n    b\n   c");
    assert.equal(indentWithTabs("a\n  \tb", false), "a\n\t\tb");
  });

  test("leaves a space after the cursor's word alone", () => {
    assert.equal(indentWithTabs("  // why\n    a", false), "  // why\n\t\ta");
  });
});
