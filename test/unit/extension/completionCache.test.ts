import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CompletionCache } from "../../../src/extension/completion/completionCache.ts";

suite("completion cache", () => {
  test("drops what was not asked for for the longest time", () => {
    const cache = new CompletionCache(2);
    cache.set("a", "1");
    cache.set("b", "2");
    assert.equal(cache.get("a"), "1");
    cache.set("c", "3");
    assert.equal(cache.get("b"), undefined);
    assert.equal(cache.get("a"), "1");
    assert.equal(cache.get("c"), "3");
  });

  test("knows an empty text from none", () => {
    const cache = new CompletionCache(2);
    cache.set("a", "");
    assert.equal(cache.get("a"), "");
    cache.clear();
    assert.equal(cache.get("a"), undefined);
  });
});
