import type { ScoredToken } from "../../shared/protocol.ts";

/** From how many bits on a token counts as surprising, by level: one chance in 16, in 256, in 4096. */
export const SURPRISE_BITS = [4, 8, 12] as const;

/** A piece of a text at one level, in UTF-16 code units. */
export interface SurpriseRange {
  readonly start: number;
  readonly end: number;
  readonly level: number;
  /** Of its most surprising token. */
  readonly bits: number;
}

/**
 * Where a text is surprising. White space alone is left out, which has nothing to show; neighbours of one level are one
 * range.
 * @param ends where each token ends in the text; undefined for one that ends inside of a character
 */
export function surpriseRanges(
  text: string,
  tokens: readonly ScoredToken[],
  ends: readonly (number | undefined)[],
): SurpriseRange[] {
  const ranges: SurpriseRange[] = [];
  let start = 0;
  let bits = 0;
  for (const [i, { logprob = 0 }] of tokens.entries()) {
    // A character's surprise is that of all of its tokens.
    bits += -logprob / Math.LN2;
    const end = ends[i];
    if (end === undefined) continue;
    const level = levelOf(bits);
    if (level >= 0 && text.slice(start, end).trim() !== "") add(ranges, { start, end, level, bits });
    start = end;
    bits = 0;
  }
  return ranges;
}

/** The ranges that a change of the text at a place leaves as they were. */
export function rangesBefore(ranges: readonly SurpriseRange[], offset: number): SurpriseRange[] {
  return ranges.filter(({ end }) => end <= offset);
}

/** -1 for what is no surprise. */
function levelOf(bits: number): number {
  return SURPRISE_BITS.findLastIndex((least) => bits >= least);
}

function add(ranges: SurpriseRange[], range: SurpriseRange): void {
  const last = ranges.at(-1);
  if (last?.end === range.start && last.level === range.level) {
    ranges[ranges.length - 1] = { ...last, end: range.end, bits: Math.max(last.bits, range.bits) };
  } else {
    ranges.push(range);
  }
}
