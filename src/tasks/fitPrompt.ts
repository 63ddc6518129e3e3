import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { renderExample, renderPrompt, renderTurn } from "../prompts/renderPrompt.ts";
import type { LongInput, TaskExample, TaskTemplate } from "../prompts/template.ts";
import { headCut, placeTokens, tailCut, type Tokenize, type TokenizedText } from "./tokenCuts.ts";
import type { Dropped, Turn } from "./task.ts";

/** All that a prompt should have. */
export interface PromptWishes {
  readonly template: TaskTemplate;
  readonly input: string;
  /** Resolved: see `resolveValues`. */
  readonly values: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly examples: readonly TaskExample[];
  /** Oldest first. */
  readonly dialogue: readonly Turn[];
}

/** A prompt that leaves room in the context for the answer. */
export interface FittedPrompt {
  readonly prompt: string;
  readonly promptTokens: number;
  /** The most tokens of the answer: prompt and answer together fit the context. */
  readonly maxTokens: number;
  readonly shots: number;
  readonly dropped: Dropped;
  /** Which parts of the input stand in the prompt, in UTF-16 code units. */
  readonly kept: readonly { readonly start: number; readonly end: number }[];
}

/** What a model is fitted to. */
export interface PromptRoom {
  readonly model: { readonly name: string; readonly contextLength: number };
  readonly tokenize: Tokenize;
}

/** Stands where the middle of an input was left out. */
export const GAP = " …";

/** Fewer of them tell nothing of an input. */
const LEAST_INPUT_TOKENS = 8;
/** Tokens that may come to be where texts are joined, and those of the gap. */
export const SLACK = 8;

/** Tokens for the answer: what the template asks for, and half of a small context at most. */
export function answerTokens({ maxTokens }: TaskTemplate, contextLength: number): number {
  return Math.min(maxTokens, Math.floor(contextLength / 2));
}

/**
 * Makes a prompt that fits the context together with its answer. The oldest examples are left out first, down to the
 * fewest that the template can do with, then the oldest turns of the dialogue, then a part of the input. However long
 * the input, its tokens are counted once.
 * @throws LocalghostError `promptTooLong` where all the rest leaves no room for the input
 */
export async function fitPrompt(wishes: PromptWishes, { model, tokenize }: PromptRoom): Promise<FittedPrompt> {
  const { template, input, values, examples, dialogue } = wishes;
  const maxTokens = answerTokens(template, model.contextLength);
  const room = model.contextLength - maxTokens;
  const count = async (text: string): Promise<number> => (await tokenize(text)).ids.length;
  const inputTokens = await tokenize(input);
  const whole = [{ start: 0, end: input.length }];

  /** The prompt with the last of the examples and turns; absent when it is too long. */
  const attempt = async (
    shots: number,
    turns: number,
    text: string,
    kept: FittedPrompt["kept"],
  ): Promise<FittedPrompt | { excess: number }> => {
    const content = { input: text, values, examples: last(examples, shots), dialogue: last(dialogue, turns) };
    const prompt = renderPrompt(template, content);
    const promptTokens = await count(prompt);
    if (promptTokens > room) return { excess: promptTokens - room };
    const characters = input.length - kept.reduce((sum, { start, end }) => sum + end - start, 0);
    const dropped = { examples: examples.length - shots, turns: dialogue.length - turns, characters };
    return { prompt, promptTokens, maxTokens, shots, dropped, kept };
  };

  if (inputTokens.ids.length <= room) {
    const fitted = await attempt(examples.length, dialogue.length, input, whole);
    if (!("excess" in fitted)) return fitted;
  }

  const ofExamples: number[] = [];
  for (const example of examples) {
    ofExamples.push(await count(renderExample(template, example, values) + template.separator));
  }
  const ofTurns: number[] = [];
  for (const turn of dialogue) ofTurns.push(await count(renderTurn(template, turn, values)));
  const ofRest = await count(renderPrompt(template, { input: "", values, examples: [], dialogue: [] }));

  const fewestShots = Math.min(template.leastShots, examples.length);
  for (const [shots, turns] of fewerAndFewer(examples.length, fewestShots, dialogue.length)) {
    const estimate = ofRest + inputTokens.ids.length + sum(last(ofExamples, shots)) + sum(last(ofTurns, turns));
    if (estimate > room) continue;
    const fitted = await attempt(shots, turns, input, whole);
    if (!("excess" in fitted)) return fitted;
  }

  const placed = placeTokens(input, inputTokens);
  let budget = room - ofRest - sum(last(ofExamples, fewestShots)) - SLACK;
  while (budget >= LEAST_INPUT_TOKENS) {
    const { text, kept } = shorten(placed, budget, template.longInput);
    if (kept.every(({ start, end }) => start === end)) break;
    const fitted = await attempt(fewestShots, 0, text, kept);
    if (!("excess" in fitted)) return fitted;
    budget -= fitted.excess;
  }
  throw new LocalghostError(
    "promptTooLong",
    l10n.t(
      'The prompt of "{0}" leaves no room for the text, since {1} can look at {2} tokens: shorten the question or the examples.',
      template.title,
      model.name,
      model.contextLength,
    ),
  );
}

/** How many examples and turns to keep: first fewer examples, then fewer turns. */
function fewerAndFewer(shots: number, fewestShots: number, turns: number): [number, number][] {
  const steps: [number, number][] = [];
  for (let kept = shots; kept >= fewestShots; kept--) steps.push([kept, turns]);
  for (let kept = turns - 1; kept >= 0; kept--) steps.push([fewestShots, kept]);
  return steps;
}

/** An input of at most `budget` tokens and the marker of a gap, and which parts of the whole it has. */
function shorten(
  tokens: TokenizedText,
  budget: number,
  longInput: LongInput,
): { text: string; kept: FittedPrompt["kept"] } {
  const { text: input } = tokens;
  if (longInput === "dropBeginning") {
    const { index } = tailCut(tokens, budget);
    // The line begins the prompt: what broke it off the line before is left out, too.
    const start = input.charAt(index) === "\n" ? index + 1 : index;
    return { text: input.slice(start), kept: [{ start, end: input.length }] };
  }
  const { index: end } = headCut(tokens, Math.ceil(budget / 2));
  const { index: start } = tailCut(tokens, Math.floor(budget / 2));
  const tail = input.slice(start);
  return {
    text: input.slice(0, end) + GAP + (/^\s/.test(tail) ? "" : " ") + tail,
    kept: [
      { start: 0, end },
      { start, end: input.length },
    ],
  };
}

function last<T>(items: readonly T[], count: number): T[] {
  return items.slice(items.length - count);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
