import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TypeThrough } from "../../../src/extension/completion/typeThrough.ts";
import { markedPlace } from "./helpers/markedPlace.ts";

const candidate = (text: string) => ({ text, steps: [] });

function textsAt(shown: TypeThrough, marked: string): string[] | undefined {
  return shown.rest(markedPlace(marked))?.candidates.map(({ text }) => text);
}

suite("type-through", () => {
  const cases = [
    { then: "return t|", rest: ["his.length;"] },
    { then: "return |", rest: ["this.length;"] },
    { then: "return this.length|", rest: [";"] },
    { then: "return this.length;|", rest: undefined },
    { then: "return x|", rest: undefined },
    { then: "retur|", rest: undefined },
    { then: "x return |", rest: undefined },
  ];
  for (const { then, rest } of cases) {
    test(`${JSON.stringify(then)}: ${JSON.stringify(rest)}`, () => {
      const shown = new TypeThrough();
      shown.remember(markedPlace("return |"), [candidate("this.length;")], false);
      assert.deepEqual(textsAt(shown, then), rest);
    });
  }

  test("keeps those of several texts that go on as typed, in order", () => {
    const shown = new TypeThrough();
    shown.remember(markedPlace("return |"), [candidate("this.a;"), candidate("that;"), candidate("this.b;")], true);
    assert.deepEqual(textsAt(shown, "return this|"), [".a;", ".b;"]);
    assert.equal(shown.rest(markedPlace("return this|"))?.hasAlternatives, true);
  });

  test("is of one document", () => {
    const shown = new TypeThrough();
    shown.remember(markedPlace("a|"), [candidate("bc")], false);
    assert.equal(shown.rest(markedPlace("ab|", { documentId: "file:///other.ts" })), undefined);
  });

  test("can be forgotten", () => {
    const shown = new TypeThrough();
    shown.remember(markedPlace("a|"), [candidate("bc")], false);
    shown.forget();
    assert.equal(shown.rest(markedPlace("ab|")), undefined);
  });
});
