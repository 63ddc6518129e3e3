/**
 * Decides how much of a candidate to show, if any: what is expected to be what the user is about to write. The
 * probability that a beginning of it is right comes from the model's own log-probabilities, made honest by a logistic
 * function (Platt 1999) that was fitted on replayed typing (`npm run replay -- --fit`; docs/ghost-text.md).
 */
import type { Candidate } from "./candidate.ts";
import { GATE_WEIGHTS } from "./gateWeights.ts";
import { isBlank } from "./indentation.ts";
import { MEMORY_GATE_WEIGHTS } from "./memoryGateWeights.ts";
import { lineBefore, type Place } from "./place.ts";
import { adjusted, type Experience, NO_EXPERIENCE } from "./ownExperience.ts";

/** The names of the features, in the order of the weights; {@link featuresOf} says what they are. */
export const FEATURES = [
  "bias",
  "logprob",
  "leastLogprob",
  "tokens",
  "characters",
  "isNewLine",
  "isInWord",
  "isSeen",
  "seenContext",
] as const;
export type Feature = (typeof FEATURES)[number];
export type Features = Readonly<Record<Feature, number>>;

/** Where the cursor stands, as far as it bears on how likely a guess is right. */
export type GatePlace = Pick<Place, "before">;

/** A beginning of a candidate that may be shown, and the probability that the user goes on to write it. */
export interface Beginning {
  readonly length: number;
  readonly probability: number;
  /** Whether the memory of the workspace had a say in it. */
  readonly isFromMemory: boolean;
}

/** An end where a text can be left: after a word or a closer, and before something that is not part of it. */
const AFTER_WORD = /\w$/;
const AFTER_CLOSER = /[)\]};,"'`>]$/;

/**
 * The features of the beginning that ends with a step: what the model thinks of its tokens, how long it is, where it
 * stands, and whether the text before the cursor has it already, after how much of the same.
 */
export function featuresOf({ text, steps }: Candidate, last: number, place: GatePlace): Features {
  const used = steps.slice(0, last + 1);
  const beginning = text.slice(0, steps[last]?.end);
  const line = lineBefore(place);
  const context = seenContext(place.before, beginning);
  return {
    bias: 1,
    logprob: used.reduce((sum, { logprob }) => sum + logprob, 0),
    leastLogprob: Math.min(...used.map(({ logprob }) => logprob)),
    tokens: Math.log(used.length),
    characters: Math.log(1 + beginning.trim().length),
    isNewLine: isBlank(line) ? 1 : 0,
    isInWord: /\w$/.test(line) ? 1 : 0,
    isSeen: context === undefined ? 0 : 1,
    seenContext: Math.log(1 + (context ?? 0)),
  };
}

/** More of the same before two places tells no more. */
const MOST_CONTEXT = 40;
/** A text that stands there more often is a single character or word. */
const MOST_PLACES = 50;

/**
 * How many characters before the cursor are the same as those before an earlier place where `text` stands: the most at
 * any such place; undefined where there is none.
 */
function seenContext(before: string, text: string): number | undefined {
  let most: number | undefined;
  let at = before.indexOf(text);
  for (let count = 0; at !== -1 && count < MOST_PLACES; count++) {
    let same = 0;
    while (same < Math.min(at, MOST_CONTEXT) && before[at - 1 - same] === before[before.length - 1 - same]) same++;
    most = Math.max(most ?? 0, same);
    at = before.indexOf(text, at + 1);
  }
  return most;
}

/** The probability that a beginning with these features is right. */
export function probabilityOf(features: Features, weights: Features): number {
  const score = FEATURES.reduce((sum, name) => sum + features[name] * weights[name], 0);
  return 1 / (1 + Math.exp(-score));
}

/** All beginnings of a candidate that end where a text can be left, shortest first. */
export function beginningsOf(candidate: Candidate, place: GatePlace, weights: GateWeights = {}): Beginning[] {
  const { text, steps } = candidate;
  return steps.flatMap(({ end }, index) => {
    const length = Math.min(end, text.length);
    if (length === 0 || !canEndAt(text, length)) return [];
    const isFromMemory = heardMemory(candidate, index);
    const fitted = isFromMemory ? (weights.withMemory ?? MEMORY_GATE_WEIGHTS) : (weights.own ?? GATE_WEIGHTS);
    return [{ length, probability: probabilityOf(featuresOf(candidate, index, place), fitted), isFromMemory }];
  });
}

/**
 * Whether the memory of the workspace had a say in the beginning that ends with a step. Where it had none, however small,
 * the text is the model's own and judged as such: that tells more than a least share did.
 */
export function heardMemory({ steps }: Candidate, last: number): boolean {
  return steps.slice(0, last + 1).some(({ memoryShare }) => memoryShare !== undefined);
}

/** Probabilities with the memory of the workspace are others, and so is how far they hold. */
export interface GateWeights {
  /** Of what the model writes by itself; those that the gate was shipped with by default. */
  readonly own?: Features | undefined;
  readonly withMemory?: Features | undefined;
}

/** What the gate asks of a text. */
export interface Bar {
  readonly least: number;
  /** The same for what the memory of the workspace had a say in. */
  readonly leastWithMemory?: number | undefined;
  /** What this user has taken and dismissed before. */
  readonly experience?: Experience;
}

/** The longest beginning that is at least so likely; undefined: better say nothing. */
export function longestLikely(
  candidate: Candidate,
  place: GatePlace,
  { least, leastWithMemory = least, experience = NO_EXPERIENCE }: Bar,
  weights?: GateWeights,
): Beginning | undefined {
  const beginnings = beginningsOf(candidate, place, weights);
  return beginnings.findLast(
    ({ probability, isFromMemory }) => adjusted(probability, experience) >= (isFromMemory ? leastWithMemory : least),
  );
}

/** Whether a text can be left at a length: not inside of a word, and not with something opened or begun. */
export function canEndAt(text: string, length: number): boolean {
  if (length === text.length) return true;
  const before = text.slice(0, length);
  if (AFTER_CLOSER.test(before)) return true;
  return AFTER_WORD.test(before) && !/^\w/.test(text.slice(length));
}
