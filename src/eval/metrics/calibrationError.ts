/** How far stated chances are from what happens. */

export interface Forecast {
  /** Stated chance of being right, from 0 to 1. */
  readonly probability: number;
  readonly right: boolean;
}

/** Forecasts of about the same chance, for a reliability diagram. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly meanProbability: number;
  /** Share of those that were right. */
  readonly accuracy: number;
}

/** Bins of equal width; an empty one is left out. A chance on a border belongs to the lower bin, and 0 to the first. */
export function reliability(forecasts: readonly Forecast[], bins: number): ReliabilityBin[] {
  const members = Array.from({ length: bins }, (): Forecast[] => []);
  for (const forecast of forecasts) {
    members[Math.max(0, Math.ceil(forecast.probability * bins) - 1)]?.push(forecast);
  }
  return members.flatMap((inside, i) => {
    if (inside.length === 0) return [];
    const meanProbability = inside.reduce((sum, { probability }) => sum + probability, 0) / inside.length;
    const accuracy = inside.filter(({ right }) => right).length / inside.length;
    return [{ from: i / bins, to: (i + 1) / bins, count: inside.length, meanProbability, accuracy }];
  });
}

/** Expected calibration error (Guo et al. 2017), from 0 to 1: mean distance of chance and accuracy, by the bins' sizes. */
export function expectedCalibrationError(forecasts: readonly Forecast[], bins: number): number {
  const distances = reliability(forecasts, bins).map((bin) => bin.count * Math.abs(bin.accuracy - bin.meanProbability));
  return distances.reduce((sum, distance) => sum + distance, 0) / forecasts.length;
}

/** Mean squared distance of chance and outcome (Brier 1950), from 0 to 1. */
export function brierScore(forecasts: readonly Forecast[]): number {
  const errors = forecasts.map(({ probability, right }) => (probability - (right ? 1 : 0)) ** 2);
  return errors.reduce((sum, error) => sum + error, 0) / forecasts.length;
}
