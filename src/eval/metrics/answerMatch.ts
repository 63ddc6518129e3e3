/**
 * Whether a short answer is the expected one, as the official scripts of SQuAD 2.0 (Rajpurkar et al. 2018) and CoQA
 * (Reddy et al. 2019) decide it: without case, ASCII punctuation and English articles.
 */
import { countNgrams, overlap } from "./ngrams.ts";
import { splitWords } from "./pythonText.ts";

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
/** Python's `\b` knows the letters and digits of all scripts. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

export function normalizeAnswer(text: string): string {
  return answerWords(text).join(" ");
}

/** 1 or 0. */
export function exactMatch(prediction: string, reference: string): number {
  return normalizeAnswer(prediction) === normalizeAnswer(reference) ? 1 : 0;
}

/** Harmonic mean of precision and recall of the words, from 0 to 1; an answer without words equals only another such. */
export function answerF1(prediction: string, reference: string): number {
  const predicted = answerWords(prediction);
  const expected = answerWords(reference);
  if (predicted.length === 0 || expected.length === 0) return predicted.length === expected.length ? 1 : 0;
  const common = overlap(countNgrams(predicted, 1), countNgrams(expected, 1));
  if (common === 0) return 0;
  const precision = common / predicted.length;
  const recall = common / expected.length;
  return (2 * precision * recall) / (precision + recall);
}

/** The best over the answers of several people, as SQuAD takes it. */
export function squadScore(
  prediction: string,
  references: readonly string[],
): { readonly exact: number; readonly f1: number } {
  return { exact: best(exactMatch, prediction, references), f1: best(answerF1, prediction, references) };
}

/**
 * CoQA leaves out one person's answer in turn and averages, so that a model is compared with as many people as each
 * person is.
 */
export function coqaScore(
  prediction: string,
  references: readonly string[],
): { readonly exact: number; readonly f1: number } {
  if (references.length < 2) return squadScore(prediction, references);
  const scores = references.map((_, left) => squadScore(prediction, references.toSpliced(left, 1)));
  return { exact: mean(scores.map(({ exact }) => exact)), f1: mean(scores.map(({ f1 }) => f1)) };
}

type Metric = (prediction: string, reference: string) => number;

function best(metric: Metric, prediction: string, references: readonly string[]): number {
  return Math.max(0, ...references.map((reference) => metric(prediction, reference)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function answerWords(text: string): string[] {
  return splitWords(text.toLowerCase().replace(PUNCTUATION, "").replace(ARTICLES, " "));
}
