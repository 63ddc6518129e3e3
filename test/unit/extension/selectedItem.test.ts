import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { afterTaking } from "../../../src/extension/completion/selectedItem.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

suite("the suggest widget's selected item", () => {
  test("stands in the place as if it had been taken", () => {
    const place = afterTaking({ text: "return", typed: "re", replacesAfter: 0 }, markedPlace("{\n  re|;"));
    assert.equal(place.before, "{\n  return");
    assert.equal(place.after, ";");
  });

  test("takes the place of what it replaces on both sides of the cursor", () => {
    const place = afterTaking({ text: "forEach", typed: "fe", replacesAfter: 2 }, markedPlace("list.fe|ch()"));
    assert.equal(place.before, "list.forEach");
    assert.equal(place.after, "()");
  });

  test("keeps the line ends that places have", () => {
    const place = afterTaking({ text: "if {\r\n}", typed: "", replacesAfter: 0 }, markedPlace("a|"));
    assert.equal(place.before, "aif {\n}");
  });
});
