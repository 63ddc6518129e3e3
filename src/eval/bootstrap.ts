/** Intervals that say how much a figure depends on which records happened to be drawn. */

export interface Estimate {
  readonly value: number;
  /** Ends of the interval that holds 95% of the figures of resampled records. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * Percentile bootstrap (Efron 1979).
 * @param figure of some records; it need not be a mean: BLEU of a corpus is none
 * @param random in [0, 1)
 */
export function estimate<T>(
  records: readonly T[],
  figure: (records: readonly T[]) => number,
  random: () => number,
): Estimate {
  const value = figure(records);
  const figures = Array.from({ length: RESAMPLES }, () =>
    figure(records.map((record) => records[Math.floor(random() * records.length)] ?? record)),
  ).sort((a, b) => a - b);
  const at = (share: number): number => figures[Math.round(share * (RESAMPLES - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/** `estimate` of the mean. */
export function estimateMean(values: readonly number[], random: () => number): Estimate {
  return estimate(values, mean, random);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
