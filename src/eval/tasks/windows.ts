/** Windows over a text that is longer than the context. */
import { LocalghostError } from "../../shared/errors.ts";
import type { TextPart } from "../data/texts.ts";

/** Places in a list of tokens: those from `scoredFrom` to `end` are scored, after those from `begin` on. */
export interface TextWindow {
  readonly begin: number;
  readonly scoredFrom: number;
  readonly end: number;
}

/**
 * How many tokens a window scores: half a context where nothing else is asked for, so that each token sees as many before
 * it or more, at twice the price of windows that do not overlap.
 * @throws LocalghostError `invalidRequest` for more than a window holds: the tokens between would never be scored
 */
export function strideOf(asked: number | undefined, contextLength: number): number {
  if (asked === undefined) return Math.max(1, Math.floor(contextLength / 2));
  if (asked <= contextLength) return asked;
  throw new LocalghostError(
    "invalidRequest",
    `Windows of ${contextLength} tokens cannot move by ${asked}: --stride is ${contextLength} at most for this model.`,
  );
}

/**
 * Windows that score each token but the first exactly once. A window's last token is only predicted and not read, so that
 * it holds one token more than the context.
 * @param count tokens of the text
 * @param stride tokens that a window scores; at most `contextLength`. From the second window on, each of them sees at least
 * `contextLength - stride` others
 */
export function* windowsOf(count: number, contextLength: number, stride: number): Generator<TextWindow> {
  let scoredFrom = 1;
  let end = Math.min(count, contextLength + 1);
  while (scoredFrom < count) {
    yield { begin: Math.max(0, end - contextLength - 1), scoredFrom, end };
    scoredFrom = end;
    end = Math.min(count, end + stride);
  }
}

/**
 * How many units stand before a token. Within a part, a unit is spread evenly over its bytes, so that sums over windows
 * are exact for the whole text and fair for a piece of it.
 * @param byteLengths of all tokens
 * @returns of an index of a token, from 0 to their number
 */
export function cumulativeUnits(parts: readonly TextPart[], byteLengths: readonly number[]): (token: number) => number {
  const encoder = new TextEncoder();
  const before = new Float64Array(byteLengths.length + 1);
  let part = 0;
  let partBytes = parts[0] ? encoder.encode(parts[0].text).length : 0;
  let partStart = 0;
  let unitsBefore = 0;
  let at = 0;
  for (const [i, length] of byteLengths.entries()) {
    at += length;
    while (part < parts.length && at >= partStart + partBytes) {
      unitsBefore += parts[part]?.units ?? 0;
      partStart += partBytes;
      part++;
      partBytes = encoder.encode(parts[part]?.text ?? "").length;
    }
    const share = partBytes === 0 ? 0 : (at - partStart) / partBytes;
    before[i + 1] = unitsBefore + share * (parts[part]?.units ?? 0);
  }
  return (token) => before[token] ?? 0;
}
