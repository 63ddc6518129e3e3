import type { GeneratedToken, GenerateParams, TokenChoice } from "../shared/protocol.ts";
import type { MixedLogits, Mixture } from "./memory/mixture.ts";
import { logSumExp, rankOf, topIds } from "./sampling/logprobs.ts";
import type { Random } from "./sampling/random.ts";
import { sampleToken } from "./sampling/sampler.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** A token and how likely the model found it, whatever sampling made of that. */
export function describeToken(id: number, logits: Float32Array, total: number, tokenizer: Tokenizer): TokenChoice {
  return { id, text: tokenizer.decode([id]), logprob: (logits[id] ?? -Infinity) - total };
}

/**
 * Draws the next token, and describes it and its likeliest alternatives.
 * @param ids the tokens before, for the repetition penalty
 */
export function chooseToken(
  given: MixedLogits,
  { sampling = {}, logprobs = 0 }: Pick<GenerateParams, "sampling" | "logprobs">,
  ids: readonly number[],
  random: Random,
  tokenizer: Tokenizer,
): GeneratedToken {
  return describeChoice(sampleToken(given.logits, sampling, ids, random), given, logprobs, tokenizer);
}

/** Logits `[vocabulary]` after the memory has had its say, if there is one. */
export function mixedLogits(logits: Float32Array, ids: readonly number[], mixture: Mixture | undefined): MixedLogits {
  return mixture ? mixture.mix(ids, logits) : { logits, total: logSumExp(logits) };
}

/** A token that was chosen, with as many of the likeliest ones as `logprobs` says. */
export function describeChoice(
  id: number,
  { logits, total, share, about }: MixedLogits,
  logprobs: number,
  tokenizer: Tokenizer,
): GeneratedToken {
  const describe = (token: number): TokenChoice => describeToken(token, logits, total, tokenizer);
  const chosen = { ...describe(id), ...(share !== undefined && { memoryShare: share }) };
  if (logprobs === 0) return chosen;
  const token = { ...chosen, rank: rankOf(id, logits), top: topIds(logits, logprobs).map(describe) };
  return about ? { ...token, memory: about(id) } : token;
}
