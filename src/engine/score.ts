import type { ScoredToken, ScoreParams, ScoreResult } from "../shared/protocol.ts";
import { LocalghostError } from "../shared/errors.ts";
import { describeChoice } from "./chooseToken.ts";
import { extendSequence } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import type { Job } from "./scheduler.ts";

/**
 * How likely the model finds a text: the log-probability of each token after those before it. A text longer than the
 * context is read through a sliding window in which every token sees at least half a context before it.
 * @throws LocalghostError `invalidRequest` for an empty text, or `cancelled`
 */
export async function score(loaded: LoadedModel, params: ScoreParams, job: Job): Promise<ScoreResult> {
  const { model, tokenizer, sequences } = loaded;
  const ids = tokenizer.encode(params.text);
  const [first] = ids;
  if (first === undefined) throw new LocalghostError("invalidRequest", "There is no text to score: write some.");

  const tokens: ScoredToken[] = [{ id: first, text: tokenizer.decode([first]) }];
  let totalNats = 0;
  const sequence = sequences.acquire([]);
  try {
    await extendSequence(model, sequence, ids.slice(0, -1), "all", job, (index, logits) => {
      const token = describeChoice(ids[index + 1] ?? 0, logits, params.logprobs ?? 0, tokenizer);
      totalNats -= token.logprob;
      tokens.push(token);
    });
  } finally {
    sequences.release(sequence);
  }

  const scored = ids.slice(1);
  const bytes = scored.reduce((sum, id) => sum + tokenizer.bytesOf(id).length, 0);
  return {
    tokens,
    totalNats,
    // A single token leaves nothing to score; it is not surprising and not unsurprising.
    perplexity: Math.exp(totalNats / Math.max(1, scored.length)),
    bitsPerByte: totalNats / Math.LN2 / Math.max(1, bytes),
    device: model.info.device,
    dtype: model.info.dtype,
  };
}
