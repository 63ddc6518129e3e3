import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TokensByBytes } from "../../../src/engine/tokenizer/tokensByBytes.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

suite("tokens by their bytes", () => {
  const vocabulary = ["fun", "f", "function", "g", undefined, "func", "", "fun", "u"];
  const tokens = new TokensByBytes(vocabulary.map((text) => (text === undefined ? undefined : bytes(text))));
  const named = (ids: readonly number[]): (string | undefined)[] => ids.map((id) => vocabulary[id]).sort();

  test("those that begin with something, itself included", () => {
    assert.deepEqual(named(tokens.startingWith(bytes("func"))), ["func", "function"]);
    assert.deepEqual(tokens.startingWith(bytes("fun")).length, 4, "two tokens may stand for the same bytes");
    assert.deepEqual(tokens.startingWith(bytes("fur")), []);
  });

  test("those that something begins with, itself left out", () => {
    assert.deepEqual(named(tokens.beginningsOf(bytes("func"))), ["f", "fun", "fun"]);
    assert.deepEqual(tokens.beginningsOf(bytes("f")), []);
    assert.deepEqual(tokens.beginningsOf(bytes("xyz")), []);
  });

  test("whether there is one of just these bytes", () => {
    assert.ok(tokens.has(bytes("func")));
    assert.ok(!tokens.has(bytes("functio")));
    assert.ok(!tokens.has(bytes("zz")));
  });

  test("bytes from 0x80 on sort as bytes, not as signed numbers", () => {
    const euro = bytes("€");
    const high = new TokensByBytes([bytes("~"), euro, euro.subarray(0, 1), Uint8Array.of(0xff)]);
    assert.deepEqual(high.startingWith(Uint8Array.of(0xe2)).sort(), [1, 2]);
    assert.deepEqual(high.beginningsOf(euro), [2]);
  });
});
