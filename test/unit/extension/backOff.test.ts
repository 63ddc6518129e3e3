import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { BackOff } from "../../../src/extension/completion/backOff.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

/** Shows a text and lets the user type another one. */
function dismiss(backOff: BackOff, times: number): void {
  for (let i = 0; i < times; i++) {
    backOff.observe(markedPlace("a|"), "bc");
    backOff.observe(markedPlace("ax|"), undefined);
  }
}

suite("back-off", () => {
  test("grows after several dismissals in a row, and has an end", () => {
    const backOff = new BackOff();
    dismiss(backOff, 2);
    assert.equal(backOff.strictness, 0);
    dismiss(backOff, 1);
    assert.equal(backOff.strictness, 0.05);
    dismiss(backOff, 1);
    assert.equal(backOff.strictness, 0.1);
    dismiss(backOff, 100);
    assert.equal(backOff.strictness, 0.25);
  });

  test("ends with a text that is taken, at once or letter by letter", () => {
    for (const steps of [["abc|"], ["ab|", "abc|"], ["abcd|"]]) {
      const backOff = new BackOff();
      dismiss(backOff, 5);
      backOff.observe(markedPlace("a|"), "bc");
      for (const marked of steps) backOff.observe(markedPlace(marked), "c");
      assert.equal(backOff.strictness, 0);
    }
  });

  test("going elsewhere dismisses nothing", () => {
    const backOff = new BackOff();
    for (let i = 0; i < 10; i++) {
      backOff.observe(markedPlace("a|"), "bc");
      backOff.observe(markedPlace("other|"), "x");
      backOff.observe(markedPlace("a|", { documentId: "file:///other.ts" }), undefined);
    }
    assert.equal(backOff.strictness, 0);
  });
});
