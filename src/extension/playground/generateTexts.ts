import { withLineFeeds } from "../../shared/lineFeeds.ts";
import type { FromPage, PlaygroundChoice, PlaygroundToken, ToPage } from "../../shared/playgroundMessages.ts";
import type {
  GeneratedToken,
  GenerateParams,
  GenerateResult,
  ScoredToken,
  TokenChoice,
} from "../../shared/protocol.ts";

/** Alternatives that the page shows for a token. */
export const LIKELIEST = 10;

/** Stands for the logarithm of nothing, which no message can carry: that of the least double. */
const LEAST_LOGPROB = Math.log(Number.MIN_VALUE);

type Generate = Extract<FromPage, { type: "generate" }>;
type Generated = Extract<ToPage, { type: "generated" }>;

/** What the engine is asked for. */
export function paramsOf({
  prompt,
  promptIds,
  promptIdsText,
  controls,
}: Generate): Omit<GenerateParams, "model" | "priority"> {
  const { maxTokens, alternatives, stop, seed, ...sampling } = controls;
  return {
    ...{ prompt, promptIds, promptIdsText, maxTokens, stop },
    sampling: { ...sampling, ...(seed !== undefined && { seed }) },
    logprobs: LIKELIEST,
    // The page tells when the model does not see the beginning any more.
    overflow: "keepEnd",
    ...(alternatives > 1 && { alternatives }),
  };
}

/** A token as the page has it. */
export function pageToken({ id, text, logprob, rank, top, memory }: GeneratedToken | ScoredToken): PlaygroundToken {
  return {
    id,
    text: withLineFeeds(text),
    ...(logprob !== undefined && !Number.isNaN(logprob) && { logprob: finite(logprob) }),
    ...(rank !== undefined && { rank }),
    ...(top && { top: top.map(pageChoice) }),
    ...(memory && { memory: { ...memory, modelLogprob: finite(memory.modelLogprob) } }),
  };
}

/**
 * The end of a generation.
 * @param streamed the ids that the page was sent, by text: the result's texts are sorted, and lack those that are equal
 */
export function generatedMessage(
  run: number,
  result: Pick<GenerateResult, "text" | "tokens" | "alternatives" | "promptTokens" | "reusedTokens" | "timings">,
  streamed: readonly (readonly number[])[],
): Generated {
  const { promptTokens, reusedTokens, timings } = result;
  const left = new Set<Pick<GenerateResult, "text" | "tokens">>(result.alternatives ?? [result]);
  const texts = streamed.map((ids) => {
    // The longest: the beginning of another text would fit as well, and an empty one fits everywhere.
    const [found] = [...left]
      .filter(({ tokens }) => isPrefix(tokens, ids))
      .sort((a, b) => b.tokens.length - a.tokens.length);
    if (!found) return null;
    left.delete(found);
    return withLineFeeds(found.text);
  });
  return {
    ...{ type: "generated", run, promptTokens, reusedTokens },
    texts: texts.length === 0 ? [withLineFeeds(result.text)] : texts,
    prefillMs: timings.prefillMs,
    msPerToken: timings.decodeMsPerToken,
  };
}

/** A text that was cut at a stop string has lost some of its last tokens. */
function isPrefix(tokens: readonly GeneratedToken[], ids: readonly number[]): boolean {
  return tokens.length <= ids.length && tokens.every(({ id }, i) => id === ids[i]);
}

function pageChoice({ id, text, logprob }: TokenChoice): PlaygroundChoice {
  return { id, text: withLineFeeds(text), logprob: finite(logprob) };
}

/** JSON turns the logarithm of nothing into null. */
function finite(logprob: number | null): number {
  return logprob !== null && Number.isFinite(logprob) ? logprob : LEAST_LOGPROB;
}
