import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CompletionCache } from "../../../src/extension/completion/completionCache.ts";

const candidate = (text: string) => ({ text, steps: [] });

suite("completion cache", () => {
  test("drops what was not asked for for the longest time", () => {
    const cache = new CompletionCache(2);
    cache.set("a", [candidate("1")]);
    cache.set("b", [candidate("2")]);
    assert.deepEqual(cache.get("a"), [candidate("1")]);
    cache.set("c", [candidate("3")]);
    assert.equal(cache.get("b"), undefined);
    assert.deepEqual(cache.get("a"), [candidate("1")]);
    assert.deepEqual(cache.get("c"), [candidate("3")]);
  });

  test("knows an empty text from none", () => {
    const cache = new CompletionCache(2);
    cache.set("a", [candidate("")]);
    assert.deepEqual(cache.get("a"), [candidate("")]);
    cache.clear();
    assert.equal(cache.get("a"), undefined);
  });
});
