import type { ScoredToken, ScoreParams } from "../../shared/protocol.ts";
import type { ScoreAnswer } from "../client/backend.ts";
import { choicesOf } from "./choices.ts";
import type { WireToken } from "./completionFormat.ts";
import type { TokenNumbers } from "./tokenNumbers.ts";

/** What the tokens of a text are worth together; those of the context, and the first one, are only read. */
export function scoreOf(
  tokens: readonly WireToken[],
  { contextTokens = 0, logprobs = 0 }: Pick<ScoreParams, "contextTokens" | "logprobs">,
  numbers: TokenNumbers,
): ScoreAnswer {
  const scored = tokens.map((token, i): ScoredToken => {
    const { text, logprob } = token;
    const id = numbers.numberOf(text);
    if (i < Math.max(1, contextTokens) || logprob === undefined) return { id, text };
    return { id, text, logprob, ...choicesOf(token, logprobs, numbers) };
  });
  const counted = scored.filter(({ logprob }) => logprob !== undefined);
  const totalNats = -counted.reduce((sum, { logprob = 0 }) => sum + logprob, 0);
  const bytes = counted.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return {
    tokens: scored,
    totalNats,
    perplexity: Math.exp(totalNats / Math.max(1, counted.length)),
    bitsPerByte: totalNats / Math.LN2 / Math.max(1, bytes),
    device: "remote",
  };
}
