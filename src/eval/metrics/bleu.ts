/**
 * BLEU (Papineni et al. 2002) as sacrebleu computes it (Post 2018), with the tokenizer of mteval-v13a and exponential
 * smoothing: signature `nrefs:1|case:mixed|tok:13a|smooth:exp`. No npm package agrees with it.
 */
import { countNgrams, overlap, total } from "./ngrams.ts";
import { splitWords, trimEnd } from "./pythonText.ts";

const ORDERS = [1, 2, 3, 4] as const;

/** What a segment adds to a corpus; corpora are sums of these. */
export interface BleuStatistics {
  readonly predictedWords: number;
  readonly referenceWords: number;
  /** By the length of the n-grams, from 1 to 4: how many the reference has too, and how many there are. */
  readonly correct: readonly number[];
  readonly total: readonly number[];
}

/** Of one segment. */
export function bleuStatistics(prediction: string, reference: string): BleuStatistics {
  const predicted = tokenize13a(prediction);
  const expected = tokenize13a(reference);
  const ngrams = ORDERS.map((n) => countNgrams(predicted, n));
  return {
    predictedWords: predicted.length,
    referenceWords: expected.length,
    correct: ngrams.map((counts, i) => overlap(counts, countNgrams(expected, i + 1))),
    total: ngrams.map(total),
  };
}

/** BLEU of a whole corpus, from 0 to 100: of the sums, not the mean of the segments'. */
export function corpusBleu(segments: readonly BleuStatistics[]): number {
  return bleu(sum(segments), "all");
}

/** BLEU of one segment, from 0 to 100, over the orders that a segment so short has (`effective_order`). */
export function sentenceBleu(prediction: string, reference: string): number {
  return bleu(bleuStatistics(prediction, reference), "observed");
}

/** Words as mteval-v13a cuts them: punctuation apart, except periods and commas within numbers. */
export function tokenize13a(text: string): string[] {
  const plain = trimEnd(text)
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  const cut = ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return splitWords(cut);
}

/** Whether an order of which a segment is too short for a single n-gram makes the score 0, or is left out. */
type CountedOrders = "all" | "observed";

function bleu({ predictedWords, referenceWords, correct, total }: BleuStatistics, counted: CountedOrders): number {
  if (correct.every((count) => count === 0)) return 0;
  const observed = total.filter((count) => count > 0).length;
  const orders = counted === "all" ? ORDERS.length : observed;
  if (orders > observed) return 0;
  let logPrecisions = 0;
  let smoothing = 1;
  for (let i = 0; i < orders; i++) {
    const matches = correct[i] ?? 0;
    // Each order without a match counts as half of what the one before it did.
    if (matches === 0) smoothing *= 2;
    logPrecisions += Math.log((100 * (matches === 0 ? 1 / smoothing : matches)) / (total[i] ?? 0));
  }
  const brevity = predictedWords < referenceWords ? Math.exp(1 - referenceWords / predictedWords) : 1;
  return brevity * Math.exp(logPrecisions / orders);
}

function sum(segments: readonly BleuStatistics[]): BleuStatistics {
  const add = (of: (segment: BleuStatistics) => number): number =>
    segments.reduce((sofar, segment) => sofar + of(segment), 0);
  return {
    predictedWords: add((segment) => segment.predictedWords),
    referenceWords: add((segment) => segment.referenceWords),
    correct: ORDERS.map((_, i) => add((segment) => segment.correct[i] ?? 0)),
    total: ORDERS.map((_, i) => add((segment) => segment.total[i] ?? 0)),
  };
}
