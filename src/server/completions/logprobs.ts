import type { TokenChoice } from "../../shared/protocol.ts";

/** A token of a prompt or of a text that was generated; the first one of a prompt has no probability. */
export interface DescribedToken {
  readonly text: string;
  readonly logprob?: number | undefined;
  readonly top?: readonly TokenChoice[] | undefined;
}

/** As the completions of OpenAI's API have it: four lists of the same length. */
export interface Logprobs {
  tokens: string[];
  token_logprobs: (number | null)[];
  top_logprobs: (Record<string, number> | null)[];
  text_offset: number[];
}

/**
 * Describes tokens that follow one another.
 * @param offset where in the text the first of them begins, in code points
 */
export function describeTokens(tokens: readonly DescribedToken[], offset: number): Logprobs {
  const described: Logprobs = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
  for (const { text, logprob, top = [] } of tokens) {
    described.tokens.push(text);
    described.token_logprobs.push(logprob ?? null);
    described.top_logprobs.push(logprob === undefined ? null : likeliest({ text, logprob }, top));
    described.text_offset.push(offset);
    offset += codePoints(text);
  }
  return described;
}

/** OpenAI's clients count as Python does. */
export function codePoints(text: string): number {
  return Array.from(text).length;
}

/** The likeliest tokens by their texts, and in any case the one that was chosen. Of two that look alike the likelier counts. */
function likeliest(chosen: { text: string; logprob: number }, top: readonly TokenChoice[]): Record<string, number> {
  const byText = new Map<string, number>();
  for (const { text, logprob } of [...top, chosen]) if (!byText.has(text)) byText.set(text, logprob);
  // Not by assignment: a token may be "__proto__".
  return Object.fromEntries(byText);
}
