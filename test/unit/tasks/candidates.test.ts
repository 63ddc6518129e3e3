/** Pieces of a text that an answer can be chosen from. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { candidatePieces } from "../../../src/tasks/extract.ts";
import { sentencesOf } from "../../../src/tasks/sentences.ts";

function whole(text: string): { start: number; end: number }[] {
  return [{ start: 0, end: text.length }];
}

suite("sentences", () => {
  test("wrapped lines are one sentence, other lines are their own", () => {
    const text =
      "The package reads and writes archives in all\ncommon formats. It is fast.\n\nUsage:\n- first\n- second\nDr. Who\n";
    assert.deepEqual(
      sentencesOf(text).map((sentence) => sentence.text),
      [
        "The package reads and writes archives in all\ncommon formats.",
        "It is fast.",
        "Usage:",
        "- first",
        "- second",
        "Dr. Who",
      ],
    );
  });

  test("each stands where it says, and together they have all that is not white space", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const sentences = sentencesOf(text);
        for (const { text: sentence, start, end } of sentences) assert.equal(text.slice(start, end), sentence);
        const all = sentences.map((sentence) => sentence.text).join("");
        assert.equal(all.replaceAll(/\s/g, ""), text.replaceAll(/\s/g, ""));
      }),
    );
  });
});

suite("spans", () => {
  test("phrases of one sentence, without stop words at their ends or the question's own words", () => {
    const text = "Ana bought a blue bicycle. It is new.";
    const spans = candidatePieces(text, whole(text), "spans", "What did Ana buy?").map((span) => span.text);
    assert.deepEqual(spans, [
      "Ana bought",
      "Ana bought a blue",
      "Ana bought a blue bicycle",
      "bought",
      "bought a blue",
      "bought a blue bicycle",
      "blue",
      "blue bicycle",
      "bicycle",
      "new",
    ]);
  });

  test("what stands in no prompt is no candidate", () => {
    const text = "Red is here. Green is gone. Blue is here.";
    const kept = [
      { start: 0, end: 12 },
      { start: 27, end: text.length },
    ];
    const pieces = candidatePieces(text, kept, "sentences", "");
    assert.deepEqual(pieces, [
      { text: "Red is here.", start: 0, end: 12 },
      { text: "Blue is here.", start: 28, end: 41 },
    ]);
    assert.ok(candidatePieces(text, kept, "spans", "").every((span) => !span.text.includes("Green")));
  });

  test("of a long text, the sentences that share words with the question give them", () => {
    const filler = Array.from({ length: 300 }, (_, i) => `Word${i} stands beside thing${i} under roof${i}.`).join(" ");
    const text = `${filler} The lighthouse keeper was Martha Lund.`;
    const spans = candidatePieces(text, whole(text), "spans", "Who was the lighthouse keeper?");
    assert.ok(spans.length <= 400);
    assert.ok(spans.some((span) => span.text === "Martha Lund"));
    for (const span of spans) assert.equal(text.slice(span.start, span.end), span.text);
  });
});
