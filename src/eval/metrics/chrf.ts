/**
 * chrF2 (Popović 2015) as sacrebleu computes it: F-score of character n-grams up to six, white space left out, recall
 * twice as important as precision. Signature `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no`.
 */
import { countNgrams, overlap, total } from "./ngrams.ts";
import { splitWords } from "./pythonText.ts";

const ORDERS = [1, 2, 3, 4, 5, 6] as const;
const BETA = 2;

/** What a segment adds to a corpus, by the length of the n-grams. */
export interface ChrfStatistics {
  readonly predicted: readonly number[];
  readonly reference: readonly number[];
  readonly matches: readonly number[];
}

/** Of one segment; characters are code points. */
export function chrfStatistics(prediction: string, reference: string): ChrfStatistics {
  const ours = Array.from(splitWords(prediction).join(""));
  const theirs = Array.from(splitWords(reference).join(""));
  const counts = ORDERS.map((n) => ({ predicted: countNgrams(ours, n), reference: countNgrams(theirs, n) }));
  return {
    // n-grams of a length that the reference has none of say nothing about the prediction.
    predicted: counts.map(({ predicted, reference }) => (reference.size > 0 ? total(predicted) : 0)),
    reference: counts.map(({ reference }) => total(reference)),
    matches: counts.map(({ predicted, reference }) => overlap(predicted, reference)),
  };
}

/** chrF2 of a whole corpus, from 0 to 100. */
export function corpusChrf(segments: readonly ChrfStatistics[]): number {
  const add = (of: keyof ChrfStatistics, order: number): number =>
    segments.reduce((sum, segment) => sum + (segment[of][order] ?? 0), 0);
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (const i of ORDERS.keys()) {
    const predicted = add("predicted", i);
    const reference = add("reference", i);
    if (predicted === 0 || reference === 0) continue;
    precision += add("matches", i) / predicted;
    recall += add("matches", i) / reference;
    orders++;
  }
  if (precision + recall === 0) return 0;
  const [p, r] = [precision / orders, recall / orders];
  return (100 * (1 + BETA ** 2) * p * r) / (BETA ** 2 * p + r);
}

export function sentenceChrf(prediction: string, reference: string): number {
  return corpusChrf([chrfStatistics(prediction, reference)]);
}
