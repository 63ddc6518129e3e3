import { LocalghostError } from "../shared/errors.ts";
import type {
  FinishReason,
  GeneratedToken,
  GenerateParams,
  GenerateProgress,
  GenerateResult,
  TokenChoice,
} from "../shared/protocol.ts";
import { extendSequence } from "./extendSequence.ts";
import type { LanguageModel } from "./model/languageModel.ts";
import { logSumExp, topIds } from "./sampling/logprobs.ts";
import { type Random, seededRandom } from "./sampling/random.ts";
import { checkSamplingOptions, sampleToken } from "./sampling/sampler.ts";
import type { Job } from "./scheduler.ts";
import type { SequencePool } from "./sequencePool.ts";
import { StopStrings } from "./stopStrings.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** A model ready to generate: what was loaded, and the sequences kept for it. */
export interface LoadedModel {
  model: LanguageModel;
  tokenizer: Tokenizer;
  sequences: SequencePool;
  endOfText: number | undefined;
}

/**
 * Generates text after a prompt, a token at a time, and returns the whole at the end.
 * @param job the place in line that each run of the model is taken in; its signal cancels
 * @throws LocalghostError `invalidRequest`, `promptTooLong`, or `cancelled`
 */
export async function* generate(
  loaded: LoadedModel,
  params: GenerateParams,
  job: Job,
): AsyncGenerator<GenerateProgress, GenerateResult> {
  const { model, tokenizer, sequences, endOfText } = loaded;
  checkParams(params);
  const promptIds = fitPrompt(promptTokens(loaded, params.prompt), params, model.info.contextLength);
  const random = seededRandom(params.sampling?.seed ?? Math.floor(Math.random() * 2 ** 32));
  const decoder = tokenizer.streamDecoder();
  const stops = new StopStrings(params.stop ?? []);
  const ids = [...promptIds];
  const tokens: GeneratedToken[] = [];
  let text = "";
  let finishReason: FinishReason = "length";

  const sequence = sequences.acquire(promptIds);
  const reusedTokens = sequence.tokens.length;
  const start = performance.now();
  let firstToken = start;
  try {
    let pending: readonly number[] = promptIds.slice(reusedTokens);
    while (tokens.length < params.maxTokens) {
      let choice: TokenChoice & { top?: TokenChoice[] } = { id: 0, text: "", logprob: 0 };
      await extendSequence(model, sequence, pending, "last", job, (_, logits) => {
        choice = choose(logits, params, ids, random, tokenizer);
      });
      if (tokens.length === 0) firstToken = performance.now();
      if (choice.id === endOfText && params.ignoreEndOfText !== true) {
        finishReason = "endOfText";
        break;
      }
      ids.push(choice.id);
      pending = [choice.id];
      const token: GeneratedToken = { ...choice, text: decoder.push(choice.id) };
      const { text: safe, stopped } = stops.push(token.text);
      text += safe;
      tokens.push(token);
      yield { token, text: safe };
      if (stopped) {
        finishReason = "stop";
        break;
      }
    }
    if (finishReason !== "stop") text += stops.push(decoder.end()).text + stops.end();
  } finally {
    sequences.release(sequence);
  }

  const decodeMs = performance.now() - firstToken;
  return {
    text,
    tokens: tokensWithin(tokens, text.length),
    finishReason,
    promptTokens: promptIds.length,
    reusedTokens,
    device: model.info.device,
    dtype: model.info.dtype,
    timings: {
      loadMs: 0,
      prefillMs: firstToken - start,
      decodeMsPerToken: tokens.length > 1 ? decodeMs / (tokens.length - 1) : 0,
    },
  };
}

function checkParams(params: GenerateParams): void {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
  if (!isCount(params.maxTokens) || params.maxTokens === 0) {
    throw new LocalghostError("invalidRequest", `maxTokens must be a whole number above 0, not ${params.maxTokens}.`);
  }
  if (!isCount(params.logprobs ?? 0)) {
    throw new LocalghostError(
      "invalidRequest",
      `logprobs must be a whole number, 0 or more, not ${params.logprobs ?? 0}.`,
    );
  }
  const { overflow = "fail" } = params;
  if (!(OVERFLOWS as readonly string[]).includes(overflow)) {
    throw new LocalghostError("invalidRequest", `There is no overflow "${overflow}": use ${OVERFLOWS.join(", ")}.`);
  }
  checkSamplingOptions(params.sampling ?? {});
}

const OVERFLOWS = ["fail", "keepEnd"] as const satisfies GenerateParams["overflow"][];

/** An empty prompt starts after an end-of-text token, as every document did in training. */
function promptTokens({ tokenizer, endOfText, model }: LoadedModel, prompt: string): number[] {
  const ids = tokenizer.encode(prompt);
  if (ids.length > 0) return ids;
  if (endOfText !== undefined) return [endOfText];
  throw new LocalghostError(
    "invalidRequest",
    `The prompt is empty, and ${model.info.name} has no token to start from: write a word.`,
  );
}

/**
 * Makes a prompt fit the context. One that must be cut loses whole eighths of the context from its beginning, so that
 * the prompts of the next keystrokes begin with the same token and find the same cached sequence.
 */
function fitPrompt(ids: number[], { overflow = "fail", maxTokens }: GenerateParams, contextLength: number): number[] {
  if (overflow === "fail") {
    // A longer text than the context may be generated, since the window slides, but the model must see all of the prompt.
    if (ids.length < contextLength) return ids;
    throw new LocalghostError(
      "promptTooLong",
      `The prompt has ${ids.length} tokens, but the model can look at ${contextLength} and must have room to write: shorten it.`,
    );
  }
  const room = Math.max(Math.floor(contextLength / 2), contextLength - maxTokens);
  if (ids.length <= room) return ids;
  const step = Math.ceil(contextLength / 8);
  return ids.slice(Math.min(ids.length - 1, Math.ceil((ids.length - room) / step) * step));
}

function choose(
  logits: Float32Array,
  { sampling = {}, logprobs = 0 }: GenerateParams,
  ids: readonly number[],
  random: Random,
  tokenizer: Tokenizer,
): GeneratedToken {
  const id = sampleToken(logits, sampling, ids, random);
  const total = logSumExp(logits);
  const describe = (token: number): TokenChoice => ({
    id: token,
    text: tokenizer.decode([token]),
    logprob: (logits[token] ?? -Infinity) - total,
  });
  return logprobs > 0 ? { ...describe(id), top: topIds(logits, logprobs).map(describe) } : describe(id);
}

/** The tokens that the first `length` characters came from; the last may reach past them. */
function tokensWithin(tokens: readonly GeneratedToken[], length: number): GeneratedToken[] {
  let position = 0;
  return tokens.filter((token) => {
    const begins = position;
    position += token.text.length;
    return begins < length || (begins === length && token.text === "");
  });
}
