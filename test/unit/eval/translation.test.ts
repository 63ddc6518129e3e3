import assert from "node:assert/strict";
import { test } from "node:test";
import { bleuStatistics, corpusBleu, sentenceBleu, tokenize13a } from "../../../src/eval/metrics/bleu.ts";
import { chrfStatistics, corpusChrf, sentenceChrf } from "../../../src/eval/metrics/chrf.ts";
import { readFixture } from "../../helpers/fixtures.ts";
import { assertNear } from "./near.ts";

interface Translations {
  segments: { prediction: string; reference: string; tokens: string[]; bleu: number; chrf: number }[];
  /** Scores of the segments from one index to before another. */
  corpora: { from: number; to: number; bleu: number; chrf: number }[];
}

const { segments, corpora } = readFixture<Translations>("eval", "translation.json");

test("BLEU of a segment is sacrebleu's, and so are its words", () => {
  for (const { prediction, reference, tokens, bleu } of segments) {
    assert.deepEqual(tokenize13a(prediction), tokens);
    assertNear(sentenceBleu(prediction, reference), bleu, JSON.stringify([prediction, reference]));
  }
});

test("chrF of a segment is sacrebleu's", () => {
  for (const { prediction, reference, chrf } of segments) {
    assertNear(sentenceChrf(prediction, reference), chrf, JSON.stringify([prediction, reference]));
  }
});

test("BLEU and chrF of a corpus are sacrebleu's", () => {
  assert.ok(corpora.some(({ bleu }) => bleu > 10 && bleu < 90));
  for (const { from, to, bleu, chrf } of corpora) {
    const inside = segments.slice(from, to);
    const ofBleu = inside.map(({ prediction, reference }) => bleuStatistics(prediction, reference));
    const ofChrf = inside.map(({ prediction, reference }) => chrfStatistics(prediction, reference));
    assertNear(corpusBleu(ofBleu), bleu, `BLEU of ${from} to ${to}`);
    assertNear(corpusChrf(ofChrf), chrf, `chrF of ${from} to ${to}`);
  }
});
