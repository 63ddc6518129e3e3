import * as l10n from "@vscode/l10n";
import type { ScoredToken, ScoreParams, ScoreResult } from "../shared/protocol.ts";
import { LocalghostError } from "../shared/errors.ts";
import { describeChoice, mixedLogits } from "./chooseToken.ts";
import { extendSequence } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import { LONGEST_MATCH } from "./memory/matches.ts";
import type { StartMixture } from "./memory/mixture.ts";
import { checkIds } from "./promptTokens.ts";
import type { Job } from "./scheduler.ts";

/**
 * How likely the model finds a text: the log-probability of each token after those before it. A text longer than the
 * context is read through a sliding window in which every token sees at least half a context before it. Of tokens that
 * are context alone no logits are computed, and what a cached sequence holds of them is not read again.
 * @throws LocalghostError `invalidRequest` for an empty text or an unknown token, or `cancelled`
 */
export async function score(
  loaded: LoadedModel,
  params: ScoreParams,
  job: Job,
  startMixture?: StartMixture,
): Promise<ScoreResult> {
  const { model, tokenizer, sequences } = loaded;
  const mixture = startMixture?.();
  const { text, textIds = [], contextTokens = 0, logprobs = 0 } = params;
  checkIds(textIds, model.info);
  const ids = [...tokenizer.encode(text), ...textIds];
  if (ids.length === 0) throw new LocalghostError("invalidRequest", l10n.t("There is no text to score: write some."));

  const given = Math.min(ids.length, Math.max(1, contextTokens));
  const tokens: ScoredToken[] = ids.slice(0, given).map((id) => ({ id, text: tokenizer.decode([id]) }));
  let totalNats = 0;
  const context = given > 1 ? ids.slice(0, given) : [];
  // In turn and not before: a request that this one overtakes gives its sequence back by then.
  const sequence = await job.run(() => Promise.resolve(sequences.acquire(context)));
  try {
    const unread = ids.slice(sequence.tokens.length, given - 1);
    await extendSequence(model, sequence, unread, "none", job, () => undefined);
    await extendSequence(model, sequence, ids.slice(given - 1, -1), "all", job, (index, logits) => {
      // The memory looks at the end of the text alone.
      const before = ids.slice(Math.max(0, given + index - LONGEST_MATCH), given + index);
      const mixed = mixedLogits(logits, before, mixture);
      const token = describeChoice(ids[given + index] ?? 0, mixed, logprobs, tokenizer);
      totalNats -= token.logprob;
      tokens.push(token);
    });
  } finally {
    sequences.release(sequence);
  }

  const scored = ids.slice(given);
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
