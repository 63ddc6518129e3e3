import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import type { GeneratedToken, GenerateParams, GenerateProgress, GenerateResult } from "../shared/protocol.ts";
import { generateAlternatives } from "./alternatives.ts";
import { throwIfAborted } from "./cancellation.ts";
import { chooseToken, mixedLogits } from "./chooseToken.ts";
import { canDraft, Drafter } from "./drafter.ts";
import type { DraftPolicy } from "./draftPolicy.ts";
import type { DraftTrial } from "./draftTrial.ts";
import { extendSequence } from "./extendSequence.ts";
import { GrowingText } from "./growingText.ts";
import { Healing } from "./healing.ts";
import type { StartMixture } from "./memory/mixture.ts";
import type { LanguageModel, Sequence } from "./model/languageModel.ts";
import { promptTokens } from "./promptTokens.ts";
import { seededRandom } from "./sampling/random.ts";
import { checkSamplingOptions } from "./sampling/sampler.ts";
import type { Job } from "./scheduler.ts";
import type { SequencePool } from "./sequencePool.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** Each has a cache of its own while it grows. */
const MOST_ALTERNATIVES = 16;

/** A model ready to generate: what was loaded, and the sequences kept for it. */
export interface LoadedModel {
  model: LanguageModel;
  tokenizer: Tokenizer;
  sequences: SequencePool;
  /** What was learnt about drafts on this model. */
  drafts: DraftPolicy;
  draftTrial: DraftTrial;
  endOfText: number | undefined;
}

/**
 * Generates text after a prompt, a token at a time, and returns the whole at the end.
 * @param job the place in line that each run of the model is taken in; its signal cancels
 * @param startMixture what the memory adds to the model
 * @throws LocalghostError `invalidRequest`, `promptTooLong`, or `cancelled`
 */
export async function* generate(
  loaded: LoadedModel,
  params: GenerateParams,
  job: Job,
  startMixture?: StartMixture,
): AsyncGenerator<GenerateProgress, GenerateResult> {
  checkParams(params);
  if ((params.alternatives ?? 1) > 1) return yield* generateAlternatives(loaded, params, job, startMixture);
  const { model, tokenizer, sequences, endOfText } = loaded;
  const prompt = promptTokens(loaded, params);
  const { ids: promptIds, word } = prompt;
  const mixture = startMixture?.(prompt);
  const random = seededRandom(params.sampling?.seed ?? Math.floor(Math.random() * 2 ** 32));
  const growing = new GrowingText(params, tokenizer, endOfText, word.length);
  const healing = new Healing(tokenizer, endOfText, word);
  const ids = [...promptIds];
  const drafter = canDraft(params) ? new Drafter(loaded.drafts, promptIds, mixture) : undefined;

  // In turn and not before: a request that this one replaces or overtakes gives its sequence back by then.
  const sequence = await job.run(() => Promise.resolve(sequences.acquire(promptIds)));
  const reusedTokens = sequence.tokens.length;
  const start = performance.now();
  let firstToken = start;
  try {
    let pending: readonly number[] = promptIds.slice(reusedTokens);
    while (!growing.hasEnded()) {
      let draft = drafter && pending.length === 1 ? drafter.draft(ids, roomForDraft(model, sequence, growing)) : [];
      if (draft.length > 0 && !(await loaded.draftTrial.passes(model, ids, job))) draft = [];
      const rows: Float32Array[] = [];
      const wanted = draft.length > 0 ? "all" : "last";
      const ms = await extendSequence(model, sequence, [...pending, ...draft], wanted, job, (_, row) => rows.push(row));
      if (growing.tokens.length === 0) firstToken = performance.now();

      const chosen = chooseWhileDrafted(rows, draft, (row) => {
        const given = healing.apply(mixedLogits(row, ids, mixture));
        const choice = chooseToken(given, params, ids, random, tokenizer);
        healing.push(choice.id);
        ids.push(choice.id);
        return choice;
      });
      sequence.rewindTo(sequence.tokens.length - draft.length + chosen.length - 1);
      drafter?.ran(
        pending.length + draft.length,
        draft,
        chosen.map(({ id }) => id),
        ms,
      );
      pending = ids.slice(-1);
      for (const choice of chosen) {
        throwIfAborted(job.signal);
        const progress = growing.push(choice);
        const report = { promptTokens: promptIds.length, reusedTokens, prefillMs: firstToken - start };
        if (progress) yield growing.tokens.length === 1 ? { ...progress, prompt: report } : progress;
        if (growing.hasEnded()) break;
      }
    }
  } finally {
    sequences.release(sequence);
  }

  const decodeMs = performance.now() - firstToken;
  const decoded = growing.tokens.length - 1;
  return {
    ...growing.finish(),
    promptTokens: promptIds.length,
    reusedTokens,
    draftedTokens: drafter?.drafted ?? 0,
    acceptedTokens: drafter?.accepted ?? 0,
    device: model.info.device,
    dtype: model.info.dtype,
    timings: {
      loadMs: 0,
      prefillMs: firstToken - start,
      decodeMsPerToken: decoded > 0 ? decodeMs / decoded : 0,
    },
  };
}

/** Chooses a token for each row until one is not as drafted: only up to there do the rows follow the text as it is. */
function chooseWhileDrafted(
  rows: readonly Float32Array[],
  draft: readonly number[],
  choose: (row: Float32Array) => GeneratedToken,
): GeneratedToken[] {
  const chosen: GeneratedToken[] = [];
  for (const [i, row] of rows.entries()) {
    const choice = choose(row);
    chosen.push(choice);
    if (choice.id !== draft[i]) break;
  }
  return chosen;
}

/** The most tokens that can be verified in the next run. */
function roomForDraft(model: LanguageModel, sequence: Sequence, growing: GrowingText): number {
  const { length } = sequence.tokens;
  // The run also takes the token before the draft, and a full context slides between two runs.
  const room = Math.min(model.mostTogether(length), model.info.contextLength - length) - 1;
  // And it brings one token of the model's own.
  return Math.min(room, growing.tokensLeft - 1);
}

function checkParams(params: GenerateParams): void {
  const { logprobs = 0, alternatives = 1 } = params;
  if (!Number.isInteger(logprobs) || logprobs < 0) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("logprobs must be a whole number, 0 or more, not {0}.", logprobs),
    );
  }
  if (!Number.isInteger(alternatives) || alternatives < 1 || alternatives > MOST_ALTERNATIVES) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("alternatives must be a whole number from 1 to {0}, not {1}.", MOST_ALTERNATIVES, alternatives),
    );
  }
  checkSamplingOptions(params.sampling ?? {});
}
