/** Learns the gate's weights from places of replayed files, and tells how honest they are on others. */
import { fitLogistic } from "../../src/eval/logisticRegression.ts";
import {
  expectedCalibrationError,
  type Forecast,
  reliability,
  type ReliabilityBin,
} from "../../src/eval/metrics/calibrationError.ts";
import { GATE_WEIGHTS } from "../../src/extension/completion/gateWeights.ts";
import { MEMORY_GATE_WEIGHTS } from "../../src/extension/completion/memoryGateWeights.ts";
import {
  FEATURES,
  type Feature,
  type Features,
  type GateWeights,
  probabilityOf,
} from "../../src/extension/completion/gate.ts";
import type { GateSample } from "./gateSamples.ts";

const RIDGE = 1;
const BINS = 10;
const DIGITS = 3;

export interface GateCalibration {
  readonly samples: number;
  readonly error: number;
  readonly bins: readonly ReliabilityBin[];
}

/** The first feature is the bias, which the fit has on its own. */
export function fitGate(samples: readonly GateSample[]): Features {
  const [, ...names] = FEATURES;
  const { intercept, weights } = fitLogistic(
    samples.map(({ features, isRight }) => ({ features: names.map((name) => features[name]), right: isRight })),
    RIDGE,
  );
  const fitted = new Map<Feature, number>([
    ["bias", intercept],
    ...names.map((name, i) => [name, weights[i] ?? 0] as const),
  ]);
  return Object.fromEntries(FEATURES.map((name) => [name, Number((fitted.get(name) ?? 0).toFixed(DIGITS))])) as Record<
    Feature,
    number
  >;
}

export function calibrationOf(
  samples: readonly GateSample[],
  { own = GATE_WEIGHTS, withMemory = MEMORY_GATE_WEIGHTS }: GateWeights,
): GateCalibration {
  const forecasts = samples.map(({ features, isRight, isFromMemory }): Forecast => ({
    probability: probabilityOf(features, isFromMemory ? withMemory : own),
    right: isRight,
  }));
  return {
    samples: samples.length,
    error: expectedCalibrationError(forecasts, BINS),
    bins: reliability(forecasts, BINS),
  };
}
