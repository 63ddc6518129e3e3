import type { GenerateParams } from "../../shared/protocol.ts";
import type { Offers } from "./offers.ts";

/** OpenAI's limit. */
export const MOST_LOGPROBS = 5;

/**
 * The body of a request to `/v1/completions`. `top_k`, `min_p` and the penalty of repetitions are no part of OpenAI's API:
 * they are sent by vLLM's names, but to llama-server, which has another one for the penalty.
 */
export function completionBody(
  { model, logprobs: hasLogprobs, tokenizer }: Pick<Offers, "model" | "logprobs" | "tokenizer">,
  prompt: string,
  {
    maxTokens,
    sampling = {},
    stop = [],
    logprobs = 0,
  }: Pick<GenerateParams, "maxTokens" | "sampling" | "stop" | "logprobs">,
): Readonly<Record<string, unknown>> {
  const { temperature = 0, topP, topK = 0, minP = 0, repetitionPenalty = 1, seed } = sampling;
  return {
    ...{ model, prompt, max_tokens: maxTokens, temperature, stream: true },
    stream_options: { include_usage: true },
    ...(topP !== undefined && { top_p: topP }),
    ...(topK > 0 && { top_k: topK }),
    ...(minP > 0 && { min_p: minP }),
    ...(repetitionPenalty !== 1 && {
      [tokenizer === "llamaServer" ? "repeat_penalty" : "repetition_penalty"]: repetitionPenalty,
    }),
    ...(seed !== undefined && { seed }),
    ...(stop.length > 0 && { stop }),
    // The gate of ghost text needs that of each token, even where nobody asks for others.
    ...(hasLogprobs && { logprobs: Math.min(MOST_LOGPROBS, Math.max(1, logprobs)) }),
  };
}
