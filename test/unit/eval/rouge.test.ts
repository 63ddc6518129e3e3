import assert from "node:assert/strict";
import { test } from "node:test";
import { stem } from "../../../src/eval/metrics/porterStemmer.ts";
import { rouge, rougeLsum, type RougeScore, type Stemming } from "../../../src/eval/metrics/rouge.ts";
import { readFixture } from "../../helpers/fixtures.ts";
import { assertNear } from "./near.ts";

/** Precision, recall and F of ROUGE-1, ROUGE-2 and ROUGE-L. */
type Triples = [number, number, number][];

interface RougeCase {
  prediction: string;
  reference: string;
  none: Triples;
  porter: Triples;
}

test("ROUGE is what rouge-score computes, with and without its stemmer", () => {
  const cases = readFixture<RougeCase[]>("eval", "rouge.json");
  assert.ok(cases.length > 300);
  for (const given of cases) {
    for (const stemming of ["none", "porter"] as const) assertScores(given, stemming);
  }
});

function assertScores(given: RougeCase, stemming: Stemming): void {
  const { rouge1, rouge2, rougeL } = rouge(given.prediction, given.reference, stemming);
  const what = `${stemming} of ${JSON.stringify([given.prediction, given.reference])}`;
  for (const [i, score] of [rouge1, rouge2, rougeL].entries()) {
    for (const [j, actual] of numbersOf(score).entries()) assertNear(actual, given[stemming][i]?.[j] ?? NaN, what);
  }
}

function numbersOf({ precision, recall, fmeasure }: RougeScore): number[] {
  return [precision, recall, fmeasure];
}

test("ROUGE-L of whole summaries is rouge-score's rougeLsum", () => {
  const cases = readFixture<{ prediction: string; reference: string; score: number[] }[]>("eval", "rougeLsum.json");
  assert.ok(cases.some(({ score: [, , f = 0] }) => f > 0.2 && f < 0.9));
  for (const { prediction, reference, score } of cases) {
    const actual = numbersOf(rougeLsum(prediction, reference, "porter"));
    for (const [j, value] of actual.entries())
      assertNear(value, score[j] ?? NaN, JSON.stringify([prediction, reference]));
  }
});

test("words are stemmed as NLTK stems them", () => {
  const stems = readFixture<Record<string, string>>("eval", "stems.json");
  assert.ok(Object.keys(stems).length > 2000);
  for (const [word, expected] of Object.entries(stems)) assert.equal(stem(word), expected, word);
});
