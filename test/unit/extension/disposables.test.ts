import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { DisposableStore } from "../../../src/extension/disposables.ts";

suite("disposable store", () => {
  test("disposes last first, once, and what is added later at once", () => {
    const order: string[] = [];
    const item = (name: string) => ({ dispose: () => order.push(name) });
    const store = new DisposableStore();
    store.add(item("a"));
    store.add(item("b"));
    store.dispose();
    store.dispose();
    assert.deepEqual(order, ["b", "a"]);
    store.add(item("c"));
    assert.deepEqual(order, ["b", "a", "c"]);
  });
});
