/** Median and range of some measurements. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) };
}

/** The value that a share of the measurements do not pass, between neighbours where none falls on it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Ratios of measurements that were made side by side. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return Array.from({ length: Math.min(above.length, below.length) }, (_, i) => (above[i] ?? NaN) / (below[i] ?? NaN));
}

/** `12.3 (11.8 to 14.0)` */
export function formatSpread({ median, min, max }: Spread): string {
  const digits = median >= 100 ? 0 : median >= 10 ? 1 : 2;
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
