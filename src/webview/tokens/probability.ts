/** How a token's log-probability is told: as a share, in bits, as a step of the colour scale, and in a word. */

/** Where the steps of the colour scale begin, from a surprise to a certainty; playground.css has a look for each. */
export const LEVEL_STARTS = [0, 0.01, 0.05, 0.2, 0.5] as const;

/** `12.3%` */
export function percent(logprob: number): string {
  return share(Math.exp(logprob));
}

/** `12.3%`; what is not nothing never shows as nothing. */
export function share(probability: number): string {
  const value = 100 * probability;
  if (value > 0 && value < 0.05) return "<0.1%";
  return `${value.toFixed(1)}%`;
}

/** How surprising a token was: 1 bit for a chance of one in two, 10 for one in a thousand. */
export function bitsOf(logprob: number): number {
  return Math.max(0, -logprob / Math.LN2);
}

/** 0 for a token that was a surprise, the highest for one that was likelier than all others together. */
export function levelOf(logprob: number): number {
  const probability = Math.exp(logprob);
  return Math.max(
    0,
    LEVEL_STARTS.findLastIndex((start) => probability >= start),
  );
}
