import { isCancelled } from "../shared/errors.ts";
import type { GeneratedToken, SamplingOptions } from "../shared/protocol.ts";
import type { Cut } from "../prompts/template.ts";
import { cutAnswer } from "./cutAnswer.ts";
import type { FittedPrompt } from "./fitPrompt.ts";
import type { TaskModel } from "./task.ts";

/** A text of the model's, cut to the answer. */
export interface WrittenAnswer {
  readonly text: string;
  /** Sum over the answer's tokens, in nats. */
  readonly logprob: number;
  readonly tokens: number;
}

export interface WritingOptions {
  readonly sampling: SamplingOptions;
  readonly stop: readonly string[];
  readonly cut: Cut;
  readonly alternatives: number;
  /** The prompt left out the space before the answer, so that it is the model's, but not the answer's. */
  readonly beginsWithSpace: boolean;
}

interface GrowingText {
  text: string;
  readonly tokens: GeneratedToken[];
  /** What comes after that is no part of it, however late generation ends. */
  isComplete: boolean;
}

/**
 * Generates the texts that go on after a prompt, and cuts them. Generation ends as soon as no further token could change
 * an answer.
 * @param onText told what the first answer gains; all of it together is the first answer
 * @returns those that differ, the first one first, then the likeliest
 * @throws LocalghostError as the model does; `cancelled` when `signal` is aborted
 */
export async function writeAnswers(
  model: TaskModel,
  { prompt, maxTokens }: Pick<FittedPrompt, "prompt" | "maxTokens">,
  options: WritingOptions,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<WrittenAnswer[]> {
  const { sampling, stop, alternatives } = options;
  const growing = Array.from({ length: alternatives }, (): GrowingText => ({
    text: "",
    tokens: [],
    isComplete: false,
  }));
  const enough = new AbortController();
  let shown = 0;
  const show = (text: string): void => {
    if (text.length <= shown) return;
    onText(text.slice(shown));
    shown = text.length;
  };

  let texts: readonly Pick<GrowingText, "text" | "tokens">[] = growing;
  try {
    const result = await model.generate(
      { prompt, maxTokens, sampling, stop: [...stop], alternatives },
      AbortSignal.any([signal, enough.signal]),
      ({ token, text, alternative = 0 }) => {
        const one = growing[alternative];
        if (!one || one.isComplete) return;
        one.text += text;
        one.tokens.push(token);
        const answer = cut(one, options);
        if (alternative === 0) show(answer.text);
        one.isComplete = answer.complete;
        if (growing.every(({ isComplete }) => isComplete)) enough.abort();
      },
    );
    if (!enough.signal.aborted) {
      texts = [result, ...(result.alternatives ?? []).filter(({ text }) => text !== result.text)];
    }
  } catch (thrown) {
    if (!isCancelled(thrown) || signal.aborted || !enough.signal.aborted) throw thrown;
  }

  const [first, ...others] = texts.map((text) => answerOf(text, options));
  show(first?.text ?? "");
  const all = [...(first ? [first] : []), ...others.sort((a, b) => meanLogprob(b) - meanLogprob(a))];
  return all.filter(({ text }, i) => all.findIndex((other) => other.text === text) === i);
}

/** Mean log-probability of an answer's tokens; minus infinity when it has none: nothing speaks for an empty answer. */
export function meanLogprob({ logprob, tokens }: Pick<WrittenAnswer, "logprob" | "tokens">): number {
  return tokens > 0 ? logprob / tokens : -Infinity;
}

function cut(
  { text }: Pick<GrowingText, "text">,
  options: WritingOptions,
): { text: string; start: number; complete: boolean } {
  const space = options.beginsWithSpace && text.startsWith(" ") ? 1 : 0;
  const answer = cutAnswer(text.slice(space), options.cut);
  return { ...answer, start: answer.start + space };
}

/** The answer with the tokens that it came from: all that share a character with it. */
function answerOf(whole: Pick<GrowingText, "text" | "tokens">, options: WritingOptions): WrittenAnswer {
  const { text, start } = cut(whole, options);
  const end = start + text.length;
  let position = 0;
  let logprob = 0;
  let tokens = 0;
  for (const token of whole.tokens) {
    const begins = position;
    position += token.text.length;
    // A token without text is the first half of a character, which the next one completes.
    if (begins >= end || (position <= start && token.text !== "")) continue;
    logprob += token.logprob;
    tokens++;
  }
  return { text, logprob, tokens };
}
