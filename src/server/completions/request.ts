import * as v from "valibot";
import type { SamplingOptions } from "../../shared/protocol.ts";
import { HttpError } from "../httpError.ts";
import { between, modelName, optional, parseParameters, whole } from "../parameters.ts";

/** Each text of a prompt has a cache of its own while it grows. */
const MOST_TEXTS = 16;
const MOST_PROMPTS = 128;
/** Beyond the context its window slides, so that only this ends a text that goes on. */
const MOST_TOKENS = 16_384;
const MOST_STOPS = 4;
/** OpenAI's own limit. */
const MOST_LOGPROBS = 5;

const ids = v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.minLength(1));
const prompts = <T extends v.GenericSchema>(prompt: T) =>
  v.pipe(v.array(prompt), v.minLength(1), v.maxLength(MOST_PROMPTS));
const stop = v.pipe(v.string(), v.minLength(1));

/** https://platform.openai.com/docs/api-reference/completions/create, and what vLLM adds to it. */
const schema = v.strictObject({
  model: modelName,
  prompt: optional(
    v.union([v.string(), ids, prompts(v.string()), prompts(ids)]),
    `a string, a list of token ids, or a list of up to ${MOST_PROMPTS} of either`,
  ),
  suffix: optional(v.string(), "a string"),
  max_tokens: optional(whole(0, MOST_TOKENS), `a whole number from 0 to ${MOST_TOKENS}`),
  temperature: optional(between(0, 2), "a number from 0 to 2"),
  top_p: optional(v.pipe(between(0, 1), v.gtValue(0)), "a number above 0 and at most 1"),
  n: optional(whole(1, MOST_TEXTS), `a whole number from 1 to ${MOST_TEXTS}`),
  best_of: optional(whole(1, MOST_TEXTS), `a whole number from 1 to ${MOST_TEXTS}`),
  stream: optional(v.boolean(), "true or false"),
  stream_options: optional(v.strictObject({ include_usage: v.nullish(v.boolean()) }), "{include_usage: true or false}"),
  logprobs: optional(whole(0, MOST_LOGPROBS), `a whole number from 0 to ${MOST_LOGPROBS}`),
  echo: optional(v.boolean(), "true or false"),
  stop: optional(
    v.union([stop, v.pipe(v.array(stop), v.maxLength(MOST_STOPS))]),
    `a string or up to ${MOST_STOPS} of them, none of them empty`,
  ),
  seed: optional(v.pipe(v.number(), v.safeInteger()), "a whole number"),
  presence_penalty: optional(v.literal(0), "0: the engine knows repetition_penalty instead"),
  frequency_penalty: optional(v.literal(0), "0: the engine knows repetition_penalty instead"),
  logit_bias: optional(v.strictObject({}), "empty: the engine biases no tokens"),
  // Names whoever asks, for a provider's own records: there are none here.
  user: optional(v.string(), "a string"),
  top_k: optional(whole(-1, Number.MAX_SAFE_INTEGER), "a whole number; 0 and -1 keep all tokens"),
  min_p: optional(between(0, 1), "a number from 0 to 1"),
  repetition_penalty: optional(v.pipe(v.number(), v.finite(), v.gtValue(0)), "a number above 0"),
  ignore_eos: optional(v.boolean(), "true or false"),
});

/** Text, or tokens. */
export type Prompt = { readonly text: string } | { readonly ids: readonly number[] };

export interface CompletionRequest {
  readonly model: string;
  readonly prompts: readonly Prompt[];
  readonly suffix: string | undefined;
  /** 0: the prompt alone is looked at. */
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** How many texts a prompt gets. */
  readonly n: number;
  /** How many are made, for the likeliest of them to be taken. */
  readonly bestOf: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** How many alternatives of each token are told; absent: nothing is told of tokens. */
  readonly logprobs: number | undefined;
  readonly echo: boolean;
  readonly stop: readonly string[];
  readonly ignoreEndOfText: boolean;
}

/** @throws HttpError 400 */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  const given = parseParameters(schema, body);
  const n = given.n ?? 1;
  const bestOf = given.best_of ?? n;
  const stream = given.stream ?? false;
  const echo = given.echo ?? false;
  const suffix = given.suffix ?? undefined;
  const logprobs = given.logprobs ?? undefined;
  if (bestOf < n) throw new HttpError(400, "best_of must be at least n.", { param: "best_of" });
  if (stream && bestOf > n) {
    throw new HttpError(400, "best_of cannot be streamed: which is best shows at the end.", { param: "best_of" });
  }
  if (!stream && given.stream_options) {
    throw new HttpError(400, "stream_options is for stream: true.", { param: "stream_options" });
  }
  if (echo && suffix !== undefined && logprobs !== undefined) {
    throw new HttpError(400, "echo with logprobs is not for a prompt with a suffix.", { param: "echo" });
  }
  return {
    ...{ model: given.model, prompts: listPrompts(given.prompt ?? ""), suffix },
    maxTokens: given.max_tokens ?? 16,
    sampling: {
      temperature: given.temperature ?? 1,
      topP: given.top_p ?? 1,
      topK: Math.max(0, given.top_k ?? 0),
      minP: given.min_p ?? 0,
      repetitionPenalty: given.repetition_penalty ?? 1,
      ...(typeof given.seed === "number" && { seed: given.seed }),
    },
    ...{ n, bestOf, stream, includeUsage: given.stream_options?.include_usage ?? false, logprobs, echo },
    stop: typeof given.stop === "string" ? [given.stop] : (given.stop ?? []),
    ignoreEndOfText: given.ignore_eos ?? false,
  };
}

type GivenPrompt = string | readonly number[] | readonly string[] | readonly (readonly number[])[];

function listPrompts(given: GivenPrompt): Prompt[] {
  if (typeof given === "string") return [{ text: given }];
  if (given.every((id) => typeof id === "number")) return [{ ids: given }];
  return given.map((prompt) => (typeof prompt === "string" ? { text: prompt } : { ids: prompt }));
}
