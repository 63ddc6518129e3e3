import { type Evidence, hasNearness, LENGTHS, lengthClass, NEARNESS, type MatchWeights } from "./evidence.ts";

/** What the share of the memory hangs on, beside the length of the longest match. */
export const MIXING_FEATURES = ["count", "mass", "agreement", "doubt", "modelTop", "modelOfTop", ...NEARNESS] as const;
export type MixingFeature = (typeof MIXING_FEATURES)[number];

/** All that was fitted: how matches are weighed, and how much the memory counts beside the model. */
export interface MemoryWeights extends MatchWeights {
  readonly mixing: {
    /** By the length of the longest match, as in {@link LENGTHS}. */
    readonly longest: readonly number[];
    readonly features: Readonly<Record<MixingFeature, number>>;
  };
}

/** What the model says, as far as it bears on how much the memory is to count. */
export interface ModelView {
  /** Log-probability of its likeliest token. */
  readonly top: number;
  /** Its log-probability of the memory's likeliest token. */
  readonly ofMemoryTop: number;
}

/** Below this a log-probability says no more than that the model would not have written it. */
const LEAST_LOGPROB = -12;
/** Keeps the logarithm finite where all matches agree. */
const LEAST_DOUBT = 0.01;

/** In the order of {@link MIXING_FEATURES}. */
export function mixingFeatures(evidence: Evidence, model: ModelView): number[] {
  const agreement = evidence.probabilities[evidence.top] ?? 0;
  return [
    Math.log(evidence.longestCount),
    Math.log(evidence.mass),
    agreement,
    Math.log(1 - agreement + LEAST_DOUBT),
    Math.max(LEAST_LOGPROB, model.top),
    Math.max(LEAST_LOGPROB, model.ofMemoryTop),
    ...NEARNESS.map((nearness) => (hasNearness(evidence.longestNear, nearness) ? 1 : 0)),
  ];
}

/** The share of the memory in the mixture, from 0 to 1: a logistic function of the features. */
export function mixingWeight(evidence: Evidence, model: ModelView, { mixing }: MemoryWeights): number {
  let score = mixing.longest[lengthClass(evidence.longest)] ?? 0;
  const features = mixingFeatures(evidence, model);
  for (const [i, name] of MIXING_FEATURES.entries()) score += mixing.features[name] * (features[i] ?? 0);
  return 1 / (1 + Math.exp(-score));
}

/** Lengths that have a weight of their own. */
export const LENGTH_CLASSES = LENGTHS.length;
