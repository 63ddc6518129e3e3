import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { loadTokenizer } from "../../../src/engine/tokenizer/loadTokenizer.ts";
import { keepPrefix, placeTokens, tokenAt } from "../../../src/webview/tokens/placeTokens.ts";
import { nanoFolder } from "../../helpers/fixtures.ts";
import { tokensFor } from "./helpers.ts";

const tokenizer = loadTokenizer(nanoFolder);

/** As a scoring run has them: each token decoded by itself. */
function decodedAlone(text: string) {
  return tokenizer.encode(text).map((id) => ({ id, text: tokenizer.decode([id]) }));
}

/** As a generation has them: a character stands in the last of its tokens. */
function decodedInStream(text: string) {
  const decoder = tokenizer.streamDecoder();
  return tokenizer.encode(text).map((id) => ({ id, text: decoder.push(id) }));
}

suite("placeTokens", () => {
  test("whole tokens stand one after the other, from where they start", () => {
    const placed = placeTokens("ab cd e", tokensFor(" cd", " e"), 2, true);
    assert.deepEqual(
      placed.map(({ start, end }) => [start, end]),
      [
        [2, 5],
        [5, 7],
      ],
    );
  });

  test("tokens of one character each cover all of it", () => {
    for (const decode of [decodedAlone, decodedInStream]) {
      const text = "a 東 b";
      const placed = placeTokens(text, decode(text), 0, false);
      const sharing = placed.filter(({ start, end }) => text.slice(start, end).includes("東"));
      assert.ok(sharing.length > 1, "the character takes several tokens");
      assert.equal(placed.at(-1)?.end, text.length);
    }
  });

  test("what reaches past the text is cut or left out", () => {
    const placed = placeTokens("ab", tokensFor("a", "bc", "d"), 0, true);
    assert.deepEqual(
      placed.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [1, 2],
      ],
    );
  });

  test("no text is lost: tokens in order reach from its beginning to its end", () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.constantFrom(decodedAlone, decodedInStream), (text, decode) => {
        const tokens = decode(text);
        const placed = placeTokens(text, tokens, 0, false);
        assert.equal(placed[0]?.start, 0);
        assert.equal(placed.at(-1)?.end, text.length);
        for (const [i, { start }] of placed.entries()) {
          const before = placed[i - 1];
          assert.ok(!before || start === before.end || start === before.start);
        }
      }),
    );
  });
});

suite("keepPrefix", () => {
  const text = "one two three";
  const placed = placeTokens(text, tokensFor("one", " two", " three"), 0, false);
  const kept = (after: string) => keepPrefix(placed, text, after).length;

  test("keeps what stands before a change, but not the token that touches it", () => {
    assert.equal(kept("one two three"), 3);
    assert.equal(kept("one twoo three"), 1);
    assert.equal(kept("one two and three"), 2);
    assert.equal(kept("xone two three"), 0);
  });

  test("keeps all tokens that a shorter text still has", () => {
    assert.equal(kept("one two"), 2);
    assert.equal(kept(""), 0);
  });
});

suite("tokenAt", () => {
  const placed = placeTokens("ab cd", tokensFor("ab", " cd"), 0, false);

  test("finds the token that begins at the cursor, and the last one at the end", () => {
    assert.deepEqual(
      [0, 1, 2, 4, 5].map((offset) => tokenAt(placed, offset)),
      [0, 0, 1, 1, 1],
    );
    assert.equal(tokenAt(placed, 6), undefined);
    assert.equal(tokenAt([], 0), undefined);
  });
});
