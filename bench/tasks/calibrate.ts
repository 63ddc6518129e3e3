import { seededRandom } from "../../src/engine/sampling/random.ts";
import { exactMatch } from "../../src/eval/metrics/answerMatch.ts";
import {
  brierScore,
  expectedCalibrationError,
  type Forecast,
  reliability,
  type ReliabilityBin,
} from "../../src/eval/metrics/calibrationError.ts";
import { fitLogistic, type LabelledFeatures, predictLogistic } from "../../src/eval/logisticRegression.ts";
import type { AnswerFeatures, Calibration } from "../../src/tasks/calibration.ts";
import type { Measured } from "./measure.ts";

/** What a chance is learnt from; an answer that was written has no share, and one that was chosen is always found. */
const FEATURES = { generate: ["meanLogprob", "found"], rank: ["meanLogprob", "logShare"] } as const;
const BINS = 10;
const RIDGE = 1;
/** Fewer right or wrong answers in a half say nothing of what tells them apart. */
const FEWEST_OF_EACH = 10;

/** A calibration with how it does on the half of the records that it was not fitted on. */
export interface Calibrated {
  readonly calibration: Calibration;
  readonly fitted: number;
  readonly tested: number;
  /** Share of the tested answers that were right. */
  readonly accuracy: number;
  readonly expectedCalibrationError: number;
  readonly brier: number;
  /** Of always stating the share of right answers in the fitted half. */
  readonly brierOfConstant: number;
  /** Of the mean token probability, taken as a chance. */
  readonly uncalibratedError: number;
  readonly bins: readonly ReliabilityBin[];
}

/** Learns the chance that an answer is right to the word; absent where nearly all, or nearly none, are. */
export function calibrate(model: string, { set, setup, answers }: Measured, seed: number): Calibrated | undefined {
  const names = FEATURES[setup.mode];
  const random = seededRandom(seed);
  const all = answers
    .map(({ text, meanTokenProbability, share, found }, i) => {
      const features: AnswerFeatures = {
        meanLogprob: Math.log(Math.max(meanTokenProbability, Number.MIN_VALUE)),
        logTokens: 0,
        logShare: Math.log(share ?? 1),
        found: found ? 1 : 0,
      };
      const right = exactMatch(text, set.cases[i]?.reference ?? "") === 1;
      return { features: names.map((name) => features[name]), right, meanTokenProbability, lot: random() };
    })
    .sort((a, b) => a.lot - b.lot);
  const middle = Math.ceil(all.length / 2);
  const [half, rest] = [all.slice(0, middle), all.slice(middle)];
  if (!hasBoth(half) || !hasBoth(rest)) return undefined;

  const fitted = fitLogistic(half, RIDGE);
  const weights = Object.fromEntries(names.map((name, i) => [name, fitted.weights[i] ?? 0]));
  const forecasts = rest.map(({ features, right }): Forecast => ({
    probability: predictLogistic(fitted, features),
    right,
  }));
  const constant = share(half);
  return {
    calibration: { model, task: setup.template.id, mode: setup.mode, intercept: fitted.intercept, weights },
    fitted: half.length,
    tested: rest.length,
    accuracy: share(rest),
    expectedCalibrationError: expectedCalibrationError(forecasts, BINS),
    brier: brierScore(forecasts),
    brierOfConstant: brierScore(rest.map(({ right }) => ({ probability: constant, right }))),
    uncalibratedError: expectedCalibrationError(
      rest.map(({ meanTokenProbability, right }) => ({ probability: meanTokenProbability, right })),
      BINS,
    ),
    bins: reliability(forecasts, BINS),
  };
}

function hasBoth(records: readonly LabelledFeatures[]): boolean {
  const right = records.filter((record) => record.right).length;
  return Math.min(right, records.length - right) >= FEWEST_OF_EACH;
}

function share(records: readonly { readonly right: boolean }[]): number {
  return records.filter(({ right }) => right).length / records.length;
}
