import { LONGEST_MATCH, type Match } from "./matches.ts";

/** Lengths from which on a match counts as a longer one; between two of them all are alike. */
export const LENGTHS = [2, 3, 4, 5, 6, 8, 11, 16, 23, LONGEST_MATCH] as const;
/** How a file can be near to where the user writes. */
export const NEARNESS = ["sameFile", "sameFolder", "imported"] as const;
export type Nearness = (typeof NEARNESS)[number];
/** A set of {@link NEARNESS}, a bit each. */
export type NearnessSet = number;

/** What decides how much a match counts beside the others. */
export interface MatchWeights {
  /** Log-weight by length, as in {@link LENGTHS}. */
  readonly length: readonly number[];
  /** Added to it where the file is near. */
  readonly near: Readonly<Record<Nearness, number>>;
}

/** What the memory says about the next token. */
export interface Evidence {
  /** The tokens that followed, and how likely each is by the matches alone; these sum to 1. */
  readonly tokens: readonly number[];
  readonly probabilities: readonly number[];
  /** For each token the match that counts most. */
  readonly best: readonly Match[];
  /** Index of the likeliest token. */
  readonly top: number;
  /** The sum of all weights. */
  readonly mass: number;
  /** Tokens of the longest match, how many matches count as as long, and all that is near about them. */
  readonly longest: number;
  readonly longestCount: number;
  readonly longestNear: NearnessSet;
}

/** Index into {@link LENGTHS} of a match's length. */
export function lengthClass(length: number): number {
  let index = 0;
  while (index + 1 < LENGTHS.length && (LENGTHS[index + 1] ?? Infinity) <= length) index++;
  return index;
}

export function hasNearness(set: NearnessSet, nearness: Nearness): boolean {
  return (set & (1 << NEARNESS.indexOf(nearness))) !== 0;
}

/** The weight of a match of a class of length in a file that is near in these ways. */
export function matchWeight({ length, near }: MatchWeights, classOfLength: number, set: NearnessSet): number {
  let log = length[classOfLength] ?? 0;
  for (const nearness of NEARNESS) if (hasNearness(set, nearness)) log += near[nearness];
  return Math.exp(log);
}

/**
 * Weighs matches into a distribution over next tokens; undefined without any.
 * @param nearnessOf how near the file of a match is
 */
export function weigh(
  matches: readonly Match[],
  nearnessOf: (match: Match) => NearnessSet,
  weights: MatchWeights,
): Evidence | undefined {
  if (matches.length === 0) return undefined;
  const sums = new Map<number, { weight: number; best: Match; bestWeight: number }>();
  const longest = Math.max(...matches.map(({ length }) => length));
  const longestClass = lengthClass(longest);
  let mass = 0;
  let longestCount = 0;
  let longestNear = 0;
  for (const match of matches) {
    const classOfLength = lengthClass(match.length);
    const near = nearnessOf(match);
    if (classOfLength === longestClass) {
      longestCount++;
      longestNear |= near;
    }
    const weight = matchWeight(weights, classOfLength, near);
    mass += weight;
    const sum = sums.get(match.next);
    if (!sum) {
      sums.set(match.next, { weight, best: match, bestWeight: weight });
      continue;
    }
    sum.weight += weight;
    if (weight <= sum.bestWeight) continue;
    sum.best = match;
    sum.bestWeight = weight;
  }
  const probabilities = [...sums.values()].map(({ weight }) => weight / mass);
  return {
    tokens: [...sums.keys()],
    probabilities,
    best: [...sums.values()].map(({ best }) => best),
    top: probabilities.indexOf(Math.max(...probabilities)),
    mass,
    longest,
    longestCount,
    longestNear,
  };
}
