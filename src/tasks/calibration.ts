import type { Mode } from "../prompts/template.ts";
import { CALIBRATIONS } from "./calibrations.ts";

/** What a model's answer is judged by. */
export interface AnswerFeatures {
  /** Mean log-probability of its tokens, in nats. */
  readonly meanLogprob: number;
  /** Logarithm of the number of its tokens. */
  readonly logTokens: number;
  /** Logarithm of its share of the probability of all candidates; 0 for a text that was generated. */
  readonly logShare: number;
  /** 1 where its words stand in the input, else 0. */
  readonly found: number;
}

/** A logistic regression of whether an answer is right, fitted on held-out records of one model, task and mode. */
export interface Calibration {
  /** The model's folder name. */
  readonly model: string;
  /** The template's id. */
  readonly task: string;
  readonly mode: Mode;
  readonly intercept: number;
  readonly weights: Partial<AnswerFeatures>;
}

/** The chance that an answer is right; absent where none was learnt. */
export function calibratedProbability(
  { model, task, mode }: Pick<Calibration, "model" | "task" | "mode">,
  features: AnswerFeatures,
  calibrations: readonly Calibration[] = CALIBRATIONS,
): number | undefined {
  const known = calibrations.find((one) => one.model === model && one.task === task && one.mode === mode);
  if (!known) return undefined;
  const { intercept, weights } = known;
  const { meanLogprob = 0, logTokens = 0, logShare = 0, found = 0 } = weights;
  const logit =
    intercept +
    meanLogprob * features.meanLogprob +
    logTokens * features.logTokens +
    logShare * features.logShare +
    found * features.found;
  return 1 / (1 + Math.exp(-logit));
}
