/**
 * OpenAI's completions API as servers speak it: the objects of `/v1/completions`, streamed or whole. Log-probabilities come
 * as lists side by side (OpenAI, vLLM) or as a list of objects (llama-server).
 */
import * as v from "valibot";

const number = v.pipe(v.number(), v.finite());

const listsOfLogprobs = v.object({
  tokens: v.array(v.string()),
  token_logprobs: v.array(v.nullable(number)),
  top_logprobs: v.nullish(v.array(v.nullable(v.record(v.string(), number)))),
});

const tokenChoice = v.object({ token: v.string(), logprob: number });
const objectsOfLogprobs = v.object({
  content: v.array(v.object({ ...tokenChoice.entries, top_logprobs: v.optional(v.array(tokenChoice), []) })),
});

const completion = v.object({
  choices: v.array(
    v.object({
      text: v.optional(v.string(), ""),
      logprobs: v.nullish(v.union([listsOfLogprobs, objectsOfLogprobs])),
      finish_reason: v.nullish(v.string()),
    }),
  ),
  usage: v.nullish(
    v.object({
      prompt_tokens: v.optional(number, 0),
      prompt_tokens_details: v.nullish(v.object({ cached_tokens: v.nullish(number) })),
    }),
  ),
});

/** A token as the server writes it, with what it tells of its probability. */
export interface WireToken {
  readonly text: string;
  /** Natural logarithm; undefined: the server does not tell, as of a text's first token. */
  readonly logprob: number | undefined;
  /** The likeliest at its place, best first. */
  readonly top: readonly { readonly text: string; readonly logprob: number }[];
}

/** A completion, or the part of it that an event brings. Every request here is for one text. */
export interface CompletionPart {
  readonly text: string;
  /** Undefined: the server tells no probabilities. */
  readonly tokens: readonly WireToken[] | undefined;
  /** `length`, or any other word for an end of its own; undefined: more is to come. */
  readonly finishReason: string | undefined;
  readonly usage: { readonly promptTokens: number; readonly reusedTokens: number } | undefined;
}

/** Reads an answer; undefined where it is none of the API's. */
export function readCompletion(json: unknown): CompletionPart | undefined {
  const { success, output } = v.safeParse(completion, json);
  if (!success) return undefined;
  const [choice] = output.choices;
  const { usage } = output;
  return {
    text: choice?.text ?? "",
    tokens: choice?.logprobs ? tokensOf(choice.logprobs) : undefined,
    finishReason: choice?.finish_reason ?? undefined,
    usage: usage
      ? { promptTokens: usage.prompt_tokens, reusedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0 }
      : undefined,
  };
}

type Logprobs = v.InferOutput<typeof listsOfLogprobs> | v.InferOutput<typeof objectsOfLogprobs>;

function tokensOf(logprobs: Logprobs): WireToken[] {
  if ("content" in logprobs) {
    return logprobs.content.map(({ token, logprob, top_logprobs }) => ({
      text: token,
      logprob,
      top: sorted(top_logprobs.map((choice) => ({ text: choice.token, logprob: choice.logprob }))),
    }));
  }
  const { tokens, token_logprobs, top_logprobs } = logprobs;
  return tokens.map((text, i) => {
    const top = Object.entries(top_logprobs?.[i] ?? {});
    return {
      text,
      logprob: token_logprobs[i] ?? undefined,
      top: sorted(top.map(([token, logprob]) => ({ text: token, logprob }))),
    };
  });
}

function sorted(top: { text: string; logprob: number }[]): { text: string; logprob: number }[] {
  return top.sort((a, b) => b.logprob - a.logprob);
}

/**
 * The texts of tokens so that all together are the text that came with them. A token that is a part of a character, or
 * whose text the server still holds back, has none, and the next one that has brings it.
 */
export function piecesOf(text: string, tokens: readonly WireToken[]): string[] {
  const texts = tokens.map((token) => token.text);
  if (texts.join("") === text) return texts;
  return texts.map((_, i) => (i === texts.length - 1 ? text : ""));
}
