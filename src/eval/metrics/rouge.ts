/**
 * ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004) as the Python package rouge-score computes them: lower-cased runs of a-z and
 * 0-9 are the words, so that letters with accents separate them. No npm package agrees with it.
 */
import { countNgrams, overlap, total } from "./ngrams.ts";
import { stem } from "./porterStemmer.ts";

/** Shares from 0 to 1. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  /** Harmonic mean of the two. */
  readonly fmeasure: number;
}

export interface RougeScores {
  readonly rouge1: RougeScore;
  readonly rouge2: RougeScore;
  readonly rougeL: RougeScore;
}

/** Whether words count as equal when their stems are; ROUGE-1.5.5's `-m`. */
export type Stemming = "porter" | "none";

export function rouge(prediction: string, reference: string, stemming: Stemming): RougeScores {
  const predicted = rougeTokens(prediction, stemming);
  const expected = rougeTokens(reference, stemming);
  return {
    rouge1: ngramScore(predicted, expected, 1),
    rouge2: ngramScore(predicted, expected, 2),
    rougeL: score(commonSubsequence(predicted, expected), predicted.length, expected.length),
  };
}

/** Words of up to three letters are never stemmed. */
export function rougeTokens(text: string, stemming: Stemming): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stemming === "none" ? words : words.map((word) => (word.length > 3 ? stem(word) : word));
}

function ngramScore(predicted: readonly string[], expected: readonly string[], n: number): RougeScore {
  const ours = countNgrams(predicted, n);
  const theirs = countNgrams(expected, n);
  return score(overlap(theirs, ours), total(ours), total(theirs));
}

function score(common: number, predicted: number, expected: number): RougeScore {
  const precision = common / Math.max(predicted, 1);
  const recall = common / Math.max(expected, 1);
  const fmeasure = common === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, fmeasure };
}

/** Length of the longest sequence of words that both have in the same order. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let above = new Uint32Array(b.length + 1);
  for (const word of a) {
    const row = new Uint32Array(b.length + 1);
    for (const [j, other] of b.entries()) {
      row[j + 1] = word === other ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0);
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}
