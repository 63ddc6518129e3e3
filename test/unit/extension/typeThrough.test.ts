import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TypeThrough } from "../../../src/extension/completion/typeThrough.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

suite("type-through", () => {
  const cases = [
    { then: "return t|", rest: "his.length;" },
    { then: "return |", rest: "this.length;" },
    { then: "return this.length|", rest: ";" },
    { then: "return this.length;|", rest: undefined },
    { then: "return x|", rest: undefined },
    { then: "retur|", rest: undefined },
    { then: "x return |", rest: undefined },
  ];
  for (const { then, rest } of cases) {
    test(`${JSON.stringify(then)}: ${JSON.stringify(rest)}`, () => {
      const shown = new TypeThrough();
      shown.remember(markedPlace("return |"), "this.length;");
      assert.equal(shown.rest(markedPlace(then)), rest);
    });
  }

  test("is of one document", () => {
    const shown = new TypeThrough();
    shown.remember(markedPlace("a|"), "bc");
    assert.equal(shown.rest(markedPlace("ab|", { documentId: "file:///other.ts" })), undefined);
  });

  test("can be forgotten", () => {
    const shown = new TypeThrough();
    shown.remember(markedPlace("a|"), "bc");
    shown.forget();
    assert.equal(shown.rest(markedPlace("ab|")), undefined);
  });
});
