import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { BackOff } from "../../../src/extension/completion/backOff.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

const BC = { text: "bc", probability: 0.7 };

/** Shows a text and lets the user type another one. */
function dismiss(backOff: BackOff, times: number): void {
  for (let i = 0; i < times; i++) {
    backOff.observe(markedPlace("a|"), BC);
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
      backOff.observe(markedPlace("a|"), BC);
      for (const marked of steps) backOff.observe(markedPlace(marked), { ...BC, text: "c" });
      assert.equal(backOff.strictness, 0);
    }
  });

  test("tells what became of a text, once, when it is known", () => {
    const backOff = new BackOff();
    assert.equal(backOff.observe(markedPlace("a|"), BC), undefined);
    assert.equal(backOff.observe(markedPlace("ab|"), { ...BC, text: "c" }), undefined, "it may still be typed");
    assert.deepEqual(backOff.observe(markedPlace("abc|"), undefined), { probability: 0.7, wasTaken: true });
    assert.equal(backOff.observe(markedPlace("abc |"), { text: "d", probability: 0.9 }), undefined);
    assert.deepEqual(backOff.observe(markedPlace("abc e|"), undefined), { probability: 0.9, wasTaken: false });
    assert.equal(backOff.observe(markedPlace("abc ef|"), undefined), undefined);
  });

  test("going elsewhere dismisses nothing", () => {
    const backOff = new BackOff();
    for (let i = 0; i < 10; i++) {
      backOff.observe(markedPlace("a|"), BC);
      backOff.observe(markedPlace("other|"), { ...BC, text: "x" });
      backOff.observe(markedPlace("a|", { documentId: "file:///other.ts" }), undefined);
    }
    assert.equal(backOff.strictness, 0);
  });
});
