import type {
  Alternative,
  GeneratedToken,
  GenerateParams,
  GenerateProgress,
  GenerateResult,
} from "../shared/protocol.ts";
import { beginDiverse } from "./beginDiverse.ts";
import { throwIfAborted } from "./cancellation.ts";
import { chooseToken, mixedLogits } from "./chooseToken.ts";
import { extendSequence } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import { GrowingText } from "./growingText.ts";
import { Healing, type HealedPrompt } from "./healing.ts";
import type { StartMixture } from "./memory/mixture.ts";
import type { LanguageModel, Sequence } from "./model/languageModel.ts";
import { promptTokens } from "./promptTokens.ts";
import { type Random, seededRandom } from "./sampling/random.ts";
import { isGreedy } from "./sampling/sampler.ts";
import type { Job } from "./scheduler.ts";
import { sharedLength } from "./sequencePool.ts";

/** One of the texts while it grows. */
interface Continuation {
  readonly index: number;
  readonly growing: GrowingText;
  readonly healing: Healing;
  /** Prompt and generated tokens. */
  readonly ids: number[];
  readonly random: Random;
}

/** Chooses a continuation's next token from logits `[vocabulary]`. */
type Choose = (continuation: Continuation, logits: Float32Array) => GeneratedToken;

/**
 * Generates several texts after one prompt, which is read once. Where the device can, they advance as one batch: a run
 * reads the weights once for all of them. Each is the text that it would be alone.
 * @throws LocalghostError as `generate` does
 */
export async function* generateAlternatives(
  loaded: LoadedModel,
  params: GenerateParams,
  job: Job,
  startMixture?: StartMixture,
): AsyncGenerator<GenerateProgress, GenerateResult> {
  const { model, tokenizer, sequences } = loaded;
  const prompt = promptTokens(loaded, params);
  const { ids: promptIds } = prompt;
  const mixture = startMixture?.(prompt);
  const choose: Choose = ({ ids, random, healing }, logits) =>
    chooseToken(healing.apply(mixedLogits(logits, ids, mixture)), params, ids, random, tokenizer);

  const sequence = await job.run(() => Promise.resolve(sequences.acquire(promptIds)));
  const reusedTokens = sequence.tokens.length;
  const start = performance.now();
  let firstToken: number;
  let continuations: Continuation[];
  try {
    let logits = new Float32Array();
    await extendSequence(model, sequence, promptIds.slice(reusedTokens), "last", job, (_, row) => {
      logits = Float32Array.from(row);
    });
    firstToken = performance.now();
    continuations = begin(loaded, params, prompt);
    const { spelled, first } = isGreedy(params.sampling ?? {})
      ? await beginDiverse(loaded, params, prompt, sequence, logits, mixture, job)
      : { spelled: [], first: continuations.map((continuation) => choose(continuation, logits)) };
    // A tiny vocabulary may have fewer tokens than texts were asked for.
    continuations.length = first.length;
    const report = { promptTokens: promptIds.length, reusedTokens, prefillMs: firstToken - start };
    for (const [i, continuation] of continuations.entries()) {
      for (const [k, choice] of [...spelled, first[i]].entries()) {
        if (continuation.growing.hasEnded()) break;
        for (const progress of add(continuation, choice, job)) {
          yield i === 0 && k === 0 ? { ...progress, prompt: report } : progress;
        }
      }
    }
    const begun = [...promptIds, ...spelled.map(({ id }) => id)];
    if (model.branch && promptIds.length + params.maxTokens <= model.info.contextLength) {
      yield* advanceTogether(model, model.branch.bind(model), sequence, continuations, choose, job);
    } else {
      yield* advanceInTurn(model, sequence, begun, continuations, choose, job);
    }
  } finally {
    sequences.release(sequence);
  }

  const decodeMs = performance.now() - firstToken;
  const decoded = Math.max(...continuations.map(({ growing }) => growing.tokens.length)) - 1;
  const texts = continuations.map(({ growing }) => growing.finish());
  const [text = { text: "", tokens: [], finishReason: "endOfText" }] = texts;
  return {
    ...text,
    promptTokens: promptIds.length,
    reusedTokens,
    draftedTokens: 0,
    acceptedTokens: 0,
    alternatives: params.keepRepeats === true ? texts.map(withLogprob) : likeliestFirst(texts),
    device: model.info.device,
    dtype: model.info.dtype,
    timings: {
      loadMs: 0,
      prefillMs: firstToken - start,
      decodeMsPerToken: decoded > 0 ? decodeMs / decoded : 0,
    },
  };
}

function begin(
  { tokenizer, endOfText }: LoadedModel,
  params: GenerateParams,
  { ids, word }: HealedPrompt,
): Continuation[] {
  const seed = params.sampling?.seed ?? Math.floor(Math.random() * 2 ** 32);
  return Array.from({ length: params.alternatives ?? 1 }, (_, index) => ({
    index,
    growing: new GrowingText(params, tokenizer, endOfText, word.length),
    healing: new Healing(tokenizer, endOfText, word),
    ids: [...ids],
    random: seededRandom(seed + index),
  }));
}

/** Adds a token to a text, and reports it unless it is the one that ends it. */
function* add(
  { index, growing, healing, ids }: Continuation,
  choice: GeneratedToken | undefined,
  job: Job,
): Generator<GenerateProgress> {
  throwIfAborted(job.signal);
  if (!choice) return;
  ids.push(choice.id);
  healing.push(choice.id);
  const progress = growing.push(choice);
  if (progress) yield { ...progress, alternative: index };
}

/** One run for a token of each; those that have ended leave the batch. */
async function* advanceTogether(
  { info: { vocabularySize } }: LanguageModel,
  branch: NonNullable<LanguageModel["branch"]>,
  sequence: Sequence,
  continuations: readonly Continuation[],
  choose: Choose,
  job: Job,
): AsyncGenerator<GenerateProgress, void> {
  let active = continuations.filter(({ growing }) => !growing.hasEnded());
  if (active.length === 0) return;
  const batch = branch(sequence, active.length);
  for (;;) {
    const logits = await job.run(() => batch.forward(active.map(({ ids }) => ids.at(-1) ?? 0)));
    for (const [i, continuation] of active.entries()) {
      const row = logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
      yield* add(continuation, choose(continuation, row), job);
    }
    const kept = [...active.keys()].filter((i) => !active[i]?.growing.hasEnded());
    if (kept.length === 0) return;
    if (kept.length === active.length) continue;
    batch.keep(kept);
    active = active.filter((_, i) => kept.includes(i));
  }
}

/** One text after the other, for a device without batches and for texts that make the window slide. */
async function* advanceInTurn(
  model: LanguageModel,
  sequence: Sequence,
  begun: readonly number[],
  continuations: readonly Continuation[],
  choose: Choose,
  job: Job,
): AsyncGenerator<GenerateProgress, void> {
  for (const continuation of continuations) {
    const shared = sharedLength(sequence.tokens, begun);
    sequence.rewindTo(shared);
    await extendSequence(model, sequence, begun.slice(shared), "none", job, () => undefined);
    while (!continuation.growing.hasEnded()) {
      let choice: GeneratedToken | undefined;
      await extendSequence(model, sequence, continuation.ids.slice(-1), "last", job, (_, logits) => {
        choice = choose(continuation, logits);
      });
      yield* add(continuation, choice, job);
    }
  }
}

function likeliestFirst(texts: readonly Omit<Alternative, "logprob">[]): Alternative[] {
  const ranked = texts.map(withLogprob);
  ranked.sort((a, b) => b.logprob - a.logprob);
  return ranked.filter(({ text }, i) => ranked.findIndex((other) => other.text === text) === i);
}

function withLogprob(text: Omit<Alternative, "logprob">): Alternative {
  return { ...text, logprob: meanLogprob(text.tokens) };
}

function meanLogprob(tokens: readonly GeneratedToken[]): number {
  return tokens.length > 0 ? tokens.reduce((sum, { logprob }) => sum + logprob, 0) / tokens.length : 0;
}
