/** What is drawn: the chart, the colour scale, names of tokens, sums over a text. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { surpriseChart, tokenUnder } from "../../../src/webview/complete/surpriseChart.ts";
import { redo, startHistory, step, type, undo } from "../../../src/webview/edit/editHistory.ts";
import { measure } from "../../../src/webview/tokens/metrics.ts";
import { placeTokens } from "../../../src/webview/tokens/placeTokens.ts";
import { bitsOf, levelOf, percent } from "../../../src/webview/tokens/probability.ts";
import { visible } from "../../../src/webview/tokens/visible.ts";
import { endsOf, hex, tokenized, EMPTY_TOKENIZER } from "../../../src/webview/tokenizer/tokenizerState.ts";

const token = (text: string, probability: number) => ({ id: 1, text, logprob: Math.log(probability) });

suite("probability", () => {
  test("shares, bits and levels", () => {
    assert.equal(percent(Math.log(0.123)), "12.3%");
    assert.equal(percent(-745), "<0.1%");
    assert.equal(bitsOf(Math.log(0.25)), 2);
    assert.deepEqual(
      [0.001, 0.01, 0.05, 0.3, 0.5, 1].map((p) => levelOf(Math.log(p))),
      [0, 1, 2, 3, 4, 4],
    );
  });
});

suite("the chart of surprise", () => {
  const placed = placeTokens(
    "abcd",
    [{ id: 1, text: "a" }, token("b", 1 / 2), token("c", 1 / 16), token("d", 1)],
    0,
    false,
  );

  test("a bar for each token, as high as its bits on a scale that holds them all", () => {
    const chart = surpriseChart(placed, 40, 80);
    assert.equal(chart?.most, 8);
    assert.equal(chart.peak, 2);
    assert.equal(chart.mean, 5 / 3);
    assert.equal(chart.bars.match(/M/g)?.length, 4);
    // 4 bits of 8: half of the height.
    assert.ok(chart.bars.includes("M20 80V40"));
  });

  test("nothing to compare, no chart", () => {
    assert.equal(surpriseChart(placed.slice(0, 2), 40, 80), undefined);
  });

  test("every point of it has a token", () => {
    assert.deepEqual(
      [0, 0.3, 0.99, 1, -1].map((x) => tokenUnder(4, x)),
      [0, 1, 3, 3, 0],
    );
  });
});

test("perplexity and bits per byte leave out the first token, and count a character's bytes once", () => {
  const text = "aé";
  const placed = placeTokens(text, [{ id: 1, text: "a" }, token("", 1 / 4), token("é", 1 / 4)], 0, false);
  const metrics = measure(text, placed);
  assert.equal(metrics?.totalBits, 4);
  assert.equal(metrics.perplexity, 4);
  assert.equal(metrics.bitsPerByte, 2);
  assert.equal(measure("a", placeTokens("a", [{ id: 1, text: "a" }], 0, false)), undefined);
});

suite("names of tokens", () => {
  test("white space can be seen, and nothing turns the text around", () => {
    assert.equal(visible(" a\n\tb"), "·a⏎⇥b");
    assert.equal(visible("\u202Eevil\u0000"), "U+202EevilU+0000");
  });

  test("no text leaves a control or a direction mark in its name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.ok(!/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(visible(text)));
        assert.ok(visible(text).length <= 61);
      }),
    );
  });
});

suite("edit history", () => {
  const at = (text: string) => ({ text, caret: text.length });

  test("keystrokes without a pause are one step", () => {
    let history = startHistory(at(""));
    history = type(history, at("a"), 0);
    history = type(history, at("ab"), 500);
    history = type(history, at("abc"), 5_000);
    assert.equal(undo(history).present.text, "ab");
    assert.equal(undo(undo(history)).present.text, "");
    assert.equal(redo(undo(history)).present.text, "abc");
    assert.equal(undo(undo(undo(history))).present.text, "");
  });

  test("a new step forgets what was undone", () => {
    const history = step(step(startHistory(at("a")), at("b")), at("c"));
    assert.equal(redo(step(undo(history), at("d"))).present.text, "d");
  });
});

suite("the tokenizer's pieces", () => {
  test("bytes are the text's own, slice by slice", () => {
    const waiting = { ...EMPTY_TOKENIZER, text: "a€", reading: { run: 1, pieces: [] } };
    const first = tokenized(
      waiting,
      {
        type: "tokenized",
        run: 1,
        pieces: [{ id: 5, text: "a", bytes: 1 }],
        isLast: false,
      },
      "nano",
    );
    assert.deepEqual(first.pieces, []);
    const last = tokenized(
      first,
      {
        type: "tokenized",
        run: 1,
        pieces: [{ id: 6, text: "€", bytes: 3 }],
        isLast: true,
      },
      "nano",
    );
    assert.equal(last.readBy, "nano");
    assert.deepEqual(
      last.pieces.map(({ bytes }) => hex(bytes)),
      ["61", "e2 82 ac"],
    );
    assert.equal(tokenized(last, { type: "tokenized", run: 1, pieces: [], isLast: true }, "nano"), last);
  });

  test("tokens that end inside of a character end after it", () => {
    assert.deepEqual(endsOf("a€b", [1, 1, 2, 1]), [1, 2, 2, 3]);
    assert.deepEqual(endsOf("👻", [2, 2]), [2, 2]);
  });
});
