/**
 * Decides how much of a candidate to show, if any: what is expected to be what the user is about to write. The
 * probability that a beginning of it is right comes from the model's own log-probabilities, made honest by a logistic
 * function (Platt 1999) that was fitted on replayed typing (`npm run replay -- --fit`; docs/ghost-text.md).
 */
import type { Candidate } from "./candidate.ts";
import { GATE_WEIGHTS } from "./gateWeights.ts";

/** The names of the features, in the order of the weights. */
export const FEATURES = ["bias", "logprob", "leastLogprob", "tokens", "isNewLine", "isInWord"] as const;
export type Feature = (typeof FEATURES)[number];
export type Features = Readonly<Record<Feature, number>>;

/** Where the cursor stands, as far as it bears on how likely a guess is right. */
export interface GatePlace {
  /** The cursor's line up to the cursor. */
  readonly lineBefore: string;
}

/** A beginning of a candidate that may be shown, and the probability that the user goes on to write it. */
export interface Beginning {
  readonly length: number;
  readonly probability: number;
}

/** An end where a text can be left: after a word or a closer, and before something that is not part of it. */
const AFTER_WORD = /\w$/;
const AFTER_CLOSER = /[)\]};,"'`>]$/;

/** The features of the beginning that ends with a step. */
export function featuresOf({ steps }: Candidate, last: number, { lineBefore }: GatePlace): Features {
  const used = steps.slice(0, last + 1);
  return {
    bias: 1,
    logprob: used.reduce((sum, { logprob }) => sum + logprob, 0),
    leastLogprob: Math.min(...used.map(({ logprob }) => logprob)),
    tokens: Math.log(used.length),
    isNewLine: lineBefore.trim() === "" ? 1 : 0,
    isInWord: /\w$/.test(lineBefore) ? 1 : 0,
  };
}

/** The probability that a beginning with these features is right. */
export function probabilityOf(features: Features, weights: Features = GATE_WEIGHTS): number {
  const score = FEATURES.reduce((sum, name) => sum + features[name] * weights[name], 0);
  return 1 / (1 + Math.exp(-score));
}

/** All beginnings of a candidate that end where a text can be left, shortest first. */
export function beginningsOf(candidate: Candidate, place: GatePlace, weights?: Features): Beginning[] {
  const { text, steps } = candidate;
  return steps.flatMap(({ end }, index) => {
    const length = Math.min(end, text.length);
    if (!canEndAt(text, length)) return [];
    return [{ length, probability: probabilityOf(featuresOf(candidate, index, place), weights) }];
  });
}

/** The longest beginning that is at least so likely; undefined: better say nothing. */
export function longestLikely(
  candidate: Candidate,
  place: GatePlace,
  least: number,
  weights?: Features,
): Beginning | undefined {
  return beginningsOf(candidate, place, weights).findLast(({ probability }) => probability >= least);
}

/** Whether a text can be left at a length: not inside of a word, and not with something opened or begun. */
export function canEndAt(text: string, length: number): boolean {
  if (length === text.length) return true;
  const before = text.slice(0, length);
  if (AFTER_CLOSER.test(before)) return true;
  return AFTER_WORD.test(before) && !/^\w/.test(text.slice(length));
}
