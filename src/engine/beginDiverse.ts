import type { GeneratedToken, GenerateParams } from "../shared/protocol.ts";
import { describeChoice, mixedLogits } from "./chooseToken.ts";
import { extendSequence } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import { Healing, type PromptTokens } from "./healing.ts";
import type { MixedLogits, Mixture } from "./memory/mixture.ts";
import type { Sequence } from "./model/languageModel.ts";
import { argmax, topIds } from "./sampling/logprobs.ts";
import { penalized } from "./sampling/sampler.ts";
import type { Job } from "./scheduler.ts";

/** What all greedy alternatives begin with, and the tokens that they go on with, one each. */
export interface DiverseBeginning {
  readonly spelled: readonly GeneratedToken[];
  readonly first: readonly GeneratedToken[];
}

/**
 * Begins greedy texts that differ: by their first tokens, the likeliest, the second likeliest, and so on. Where a word of
 * the prompt is to be spelled again they differ only from its end on: there is one likeliest way to spell it, and others
 * lead to words that do not exist. Where fewer tokens than texts complete it, they differ after the likeliest of these.
 * @param sequence holds the prompt, and then what was spelled as well
 * @param logits `[vocabulary]` after the prompt
 */
export async function beginDiverse(
  { model, tokenizer, endOfText }: LoadedModel,
  { sampling = {}, logprobs = 0, alternatives = 1, maxTokens }: GenerateParams,
  prompt: PromptTokens,
  sequence: Sequence,
  logits: Float32Array,
  mixture: Mixture | undefined,
  job: Job,
): Promise<DiverseBeginning> {
  const healing = new Healing(tokenizer, endOfText, prompt.word);
  const spelled: GeneratedToken[] = [];
  const ids = [...prompt.ids];
  let given: MixedLogits = healing.apply(mixedLogits(logits, ids, mixture));
  const lengthOf = (id: number): number => tokenizer.bytesOf(id).length;
  const completing = (): number[] => {
    const { left } = healing;
    // Each beginning of the rest is one token at most, so that so many more leave enough that go beyond it.
    return topIds(penalized(given.logits, sampling, ids), alternatives + left)
      .filter((id) => given.logits[id] !== -Infinity && lengthOf(id) >= left)
      .slice(0, alternatives);
  };
  while (healing.left > 0 && spelled.length + 1 < maxTokens) {
    const likeliest = argmax(penalized(given.logits, sampling, ids));
    if (lengthOf(likeliest) > healing.left && completing().length === alternatives) break;
    spelled.push(describeChoice(likeliest, given, logprobs, tokenizer));
    healing.push(likeliest);
    ids.push(likeliest);
    await extendSequence(model, sequence, [likeliest], "last", job, (_, row) => {
      given = healing.apply(mixedLogits(row, ids, mixture));
    });
  }
  return { spelled, first: completing().map((id) => describeChoice(id, given, logprobs, tokenizer)) };
}
