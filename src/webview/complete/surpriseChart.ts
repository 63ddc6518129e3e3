import { bitsOf } from "../tokens/probability.ts";
import type { PlacedToken } from "../tokens/placeTokens.ts";

/** Where the surprise of each token stands in a drawing of `width` by `height`. */
export interface SurpriseChart {
  readonly width: number;
  readonly height: number;
  /** An SVG path with a bar for each token. */
  readonly bars: string;
  /** The highest of the scale, in bits. */
  readonly most: number;
  readonly mean: number;
  /** The most surprising token's index in the list of tokens. */
  readonly peak: number;
}

/** Below this the scale would make noise look like peaks. */
const LEAST_SCALE_BITS = 8;

/** Undefined where there are no two tokens to compare. */
export function surpriseChart(
  placed: readonly PlacedToken[],
  width: number,
  height: number,
): SurpriseChart | undefined {
  const bits = placed.map(({ token }) => (token.logprob === undefined ? 0 : bitsOf(token.logprob)));
  const scored = placed.filter(({ token }) => token.logprob !== undefined).length;
  if (scored < 2) return undefined;
  const highest = bits.reduce((most, value) => Math.max(most, value), 0);
  const most = Math.max(LEAST_SCALE_BITS, Math.ceil(highest));
  const step = width / bits.length;
  const gap = step > 4 ? 1 : 0;
  const parts = bits.map((value, i) => {
    const top = height - (value / most) * height;
    return `M${round(i * step)} ${height}V${round(top)}H${round((i + 1) * step - gap)}V${height}Z`;
  });
  const total = bits.reduce((sum, value) => sum + value, 0);
  return { width, height, bars: parts.join(""), most, mean: total / scored, peak: bits.indexOf(highest) };
}

/** The token under a point, by its distance from the left as a share of the width. */
export function tokenUnder(count: number, x: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(x * count)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
