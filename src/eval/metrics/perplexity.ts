/** Likelihoods in the units that tables give them in. */

/** exp of the mean negative log-likelihood: `units` are tokens, words or characters, whichever the table counts by. */
export function perplexity(totalNats: number, units: number): number {
  return Math.exp(totalNats / units);
}

/** Bits by byte or by character. */
export function bitsPer(totalNats: number, units: number): number {
  return totalNats / Math.LN2 / units;
}
