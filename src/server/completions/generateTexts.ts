import type { Alternative, GenerateParams, GenerateProgress } from "../../shared/protocol.ts";
import type { EngineCall } from "../backend.ts";
import type { CompletionRequest, Prompt } from "./request.ts";

/** A text that has ended. */
export type Finished = Pick<Alternative, "text" | "tokens" | "finishReason">;

export interface Texts {
  /** As many as `n` says. */
  readonly texts: readonly Finished[];
  /** Tokens that the model has read. */
  readonly promptTokens: number;
  /** Tokens of the texts, those that were not chosen too. */
  readonly completionTokens: number;
}

/**
 * Generates the texts of a prompt.
 * @param onProgress told of each token, with the number of its text
 * @throws LocalghostError as the engine does
 */
export async function generateTexts(
  { engine, model, signal }: EngineCall,
  request: CompletionRequest,
  prompt: Prompt,
  onProgress: (text: number, progress: GenerateProgress) => void,
): Promise<Texts> {
  const { n, bestOf, maxTokens, sampling, stop, suffix, logprobs = 0, ignoreEndOfText } = request;
  // Without chance they are all the same.
  const isGreedy = sampling.temperature === 0;
  const params: GenerateParams = {
    ...("ids" in prompt ? { prompt: "", promptIds: [...prompt.ids] } : { prompt: prompt.text }),
    ...{ model, maxTokens, sampling, stop: [...stop], logprobs, ignoreEndOfText },
    ...(suffix !== undefined && { suffix }),
    ...{ alternatives: isGreedy ? 1 : bestOf, keepRepeats: true, priority: "background" },
  };
  const result = await engine.generate(params, signal, (progress) => {
    if (!isGreedy) onProgress(progress.alternative ?? 0, progress);
    else for (let text = 0; text < n; text++) onProgress(text, progress);
  });
  const { promptTokens } = result;
  if (isGreedy) {
    return { texts: Array<Finished>(n).fill(result), promptTokens, completionTokens: n * result.tokens.length };
  }
  const all = result.alternatives ?? [{ ...result, logprob: 0 }];
  const best = bestOf > n ? all.toSorted((a, b) => b.logprob - a.logprob) : all;
  return {
    texts: best.slice(0, n),
    promptTokens,
    completionTokens: all.reduce((sum, { tokens }) => sum + tokens.length, 0),
  };
}
