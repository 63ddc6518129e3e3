/** How likely a text is, for whoever reads a few figures instead of each token's. */
import type { ScoredToken } from "../../shared/protocol.ts";

/** A token that the model did not expect. */
export interface UnlikelyToken {
  readonly text: string;
  /** Where it begins: lines and columns count from 1, columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  readonly probability: number;
  /** -log2 of the probability. */
  readonly bits: number;
}

/**
 * The least likely tokens of a text, least likely first; those of white space alone tell nothing and are left out. The
 * tokens of one character count as one.
 * @param ends where each token ends in the text, in UTF-16 code units; undefined for one that ends inside of a character
 */
export function leastLikely(
  text: string,
  tokens: readonly Pick<ScoredToken, "logprob">[],
  ends: readonly (number | undefined)[],
  count: number,
): UnlikelyToken[] {
  const found: (Omit<UnlikelyToken, "line" | "column"> & { start: number })[] = [];
  let start = 0;
  let logprob = 0;
  for (const [i, token] of tokens.entries()) {
    logprob += token.logprob ?? 0;
    const end = ends[i];
    if (end === undefined) continue;
    const whole = text.slice(start, end);
    const word = whole.trim();
    if (word !== "" && logprob < 0) {
      const probability = Math.exp(logprob);
      found.push({ text: word, start: start + whole.indexOf(word), probability, bits: -logprob / Math.LN2 });
    }
    start = end;
    logprob = 0;
  }
  return found
    .sort((a, b) => b.bits - a.bits)
    .slice(0, count)
    .map(({ start: offset, ...token }) => ({ ...token, ...placeOf(text, offset) }));
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
