import type { Confidence } from "../../tasks/task.ts";

/** How sure a model was, in words to translate. */
export type ConfidenceLevel = "high" | "medium" | "low";

const HIGH = 0.7;
const MEDIUM = 0.4;

/** What a confidence is judged by: the chance that the answer is right where that was learnt, else how fluent it came. */
export function sureness({ calibrated, meanTokenProbability }: Confidence): number {
  return calibrated ?? meanTokenProbability;
}

/** For lists of answers; empty where it is not known. */
export function shareOf(confidence: Confidence): string {
  return confidence.isUnknown ? "" : percent(sureness(confidence));
}

export function confidenceLevel(probability: number): ConfidenceLevel {
  if (probability >= HIGH) return "high";
  return probability >= MEDIUM ? "medium" : "low";
}

/** `34%`; never 0% for what came all the same. */
export function percent(probability: number): string {
  const rounded = Math.round(100 * probability);
  return rounded === 0 && probability > 0 ? "<1%" : `${rounded}%`;
}
