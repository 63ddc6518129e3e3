import type { GeneratedToken, GenerateParams, TokenChoice } from "../shared/protocol.ts";
import { logSumExp, rankOf, topIds } from "./sampling/logprobs.ts";
import type { Random } from "./sampling/random.ts";
import { sampleToken } from "./sampling/sampler.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** A token and how likely the model found it, whatever sampling made of that. */
export function describeToken(id: number, logits: Float32Array, total: number, tokenizer: Tokenizer): TokenChoice {
  return { id, text: tokenizer.decode([id]), logprob: (logits[id] ?? -Infinity) - total };
}

/**
 * Draws the next token from logits `[vocabulary]`, and describes it and its likeliest alternatives.
 * @param ids the tokens before, for the repetition penalty
 */
export function chooseToken(
  logits: Float32Array,
  { sampling = {}, logprobs = 0 }: Pick<GenerateParams, "sampling" | "logprobs">,
  ids: readonly number[],
  random: Random,
  tokenizer: Tokenizer,
): GeneratedToken {
  return describeChoice(sampleToken(logits, sampling, ids, random), logits, logprobs, tokenizer);
}

/** A token that was chosen by logits `[vocabulary]`, with as many of the likeliest ones as `logprobs` says. */
export function describeChoice(
  id: number,
  logits: Float32Array,
  logprobs: number,
  tokenizer: Tokenizer,
): GeneratedToken {
  const total = logSumExp(logits);
  const describe = (token: number): TokenChoice => describeToken(token, logits, total, tokenizer);
  if (logprobs === 0) return describe(id);
  return { ...describe(id), rank: rankOf(id, logits), top: topIds(logits, logprobs).map(describe) };
}
