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

/**
 * ROUGE-L of whole summaries, line by line: of each line of the reference, the words that stand in the same order in some
 * line of the prediction (Lin 2004, section 3.2; `rougeLsum` of rouge-score). It is the ROUGE-L of papers on
 * CNN/Daily Mail.
 */
export function rougeLsum(prediction: string, reference: string, stemming: Stemming): RougeScore {
  const predicted = linesOf(prediction, stemming);
  const expected = linesOf(reference, stemming);
  const left = { predicted: counts(predicted.flat()), expected: counts(expected.flat()) };
  let hits = 0;
  for (const line of expected) {
    const common = new Set(predicted.flatMap((other) => subsequencePlaces(line, other)));
    for (const place of [...common].sort((a, b) => a - b)) {
      const word = line[place] ?? "";
      const [ours = 0, theirs = 0] = [left.predicted.get(word), left.expected.get(word)];
      // A word counts as often as both have it, in however many lines.
      if (ours === 0 || theirs === 0) continue;
      hits++;
      left.predicted.set(word, ours - 1);
      left.expected.set(word, theirs - 1);
    }
  }
  return score(hits, predicted.flat().length, expected.flat().length);
}

function linesOf(text: string, stemming: Stemming): string[][] {
  return text.split("\n").flatMap((line) => (line === "" ? [] : [rougeTokens(line, stemming)]));
}

function counts(words: readonly string[]): Map<string, number> {
  return new Map(countNgrams(words, 1));
}

/** Places in `line` of the longest sequence of words that both have in the same order. */
function subsequencePlaces(line: readonly string[], other: readonly string[]): number[] {
  const lengths = subsequenceLengths(line, other);
  const places: number[] = [];
  for (let i = line.length, j = other.length; i > 0 && j > 0;) {
    if (line[i - 1] === other[j - 1]) {
      places.push(i - 1);
      i--;
      j--;
    } else if ((lengths[i]?.[j - 1] ?? 0) > (lengths[i - 1]?.[j] ?? 0)) j--;
    else i--;
  }
  return places;
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
  return subsequenceLengths(a, b).at(-1)?.at(-1) ?? 0;
}

/** Of the first i words of one and the first j of the other: `[a.length + 1][b.length + 1]`. */
function subsequenceLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const rows = [new Uint32Array(b.length + 1)];
  for (const word of a) {
    const above = rows.at(-1) ?? new Uint32Array();
    const row = new Uint32Array(b.length + 1);
    for (const [j, other] of b.entries()) {
      row[j + 1] = word === other ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0);
    }
    rows.push(row);
  }
  return rows;
}
