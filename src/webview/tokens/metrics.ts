import { bitsOf } from "./probability.ts";
import type { PlacedToken } from "./placeTokens.ts";

/** How well the model foresaw a text. */
export interface TextMetrics {
  /** How many tokens have a probability. */
  readonly scored: number;
  readonly totalBits: number;
  /** Of how many equally likely tokens the model had to choose, on average. */
  readonly perplexity: number;
  /** Bits over the UTF-8 bytes of the scored tokens: it compares models with different tokens. */
  readonly bitsPerByte: number;
}

/** Undefined where no token has a probability. */
export function measure(text: string, placed: readonly PlacedToken[]): TextMetrics | undefined {
  let scored = 0;
  let totalBits = 0;
  let bytes = 0;
  let counted = 0;
  for (const { token, start, end } of placed) {
    if (token.logprob !== undefined) {
      scored++;
      totalBits += bitsOf(token.logprob);
      // Tokens that share a character have its bytes once.
      bytes += utf8Length(text, Math.max(counted, start), end);
    }
    counted = Math.max(counted, end);
  }
  if (scored === 0) return undefined;
  return {
    scored,
    totalBits,
    perplexity: 2 ** (totalBits / scored),
    bitsPerByte: totalBits / Math.max(1, bytes),
  };
}

/** Bytes of a part of a text: an encoder would make an array for each token. */
function utf8Length(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end;) {
    const code = text.codePointAt(i) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    i += code > 0xffff ? 2 : 1;
  }
  return bytes;
}
