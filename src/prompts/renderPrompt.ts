import { fillPattern, partsOf } from "./pattern.ts";
import type { TaskExample, TaskTemplate } from "./template.ts";

/** A question that was asked before, and its answer. */
export interface DialogueTurn {
  readonly question: string;
  readonly answer: string;
}

/** What a prompt is made of. */
export interface PromptContent {
  readonly input: string;
  /** Of the template's parameters, each: see `resolveValues`. */
  readonly values: Readonly<Record<string, string>>;
  /** Oldest first: the last one stands nearest to the prompt. */
  readonly examples: readonly TaskExample[];
  /** Oldest first. */
  readonly dialogue: readonly DialogueTurn[];
}

/**
 * The text that the model is to go on with: instruction, examples and the pattern up to its output. A space at its end is
 * left out: to GPT-2's tokenizer it belongs to the word that comes next.
 */
export function renderPrompt(template: TaskTemplate, content: PromptContent): string {
  const { instruction, separator } = template;
  const { input, values, examples, dialogue } = content;
  const { before } = partsOf(template);
  const turns = dialogue.map((turn) => renderTurn(template, turn, values)).join("");
  const prompt = [
    ...(instruction === undefined ? [] : [fillPattern(instruction, values)]),
    ...examples.map((example) => renderExample(template, example, values)),
    fillPattern(before, { ...values, input, dialogue: turns }),
  ].join(separator);
  return prompt.endsWith(" ") ? prompt.slice(0, -1) : prompt;
}

/** Whether {@link renderPrompt} leaves out a space, so that the model's text begins with it. */
export function leavesOutSpace(template: TaskTemplate, input: string): boolean {
  return fillPattern(partsOf(template).before, { input }).endsWith(" ");
}

/** The whole pattern, with the answer in it. Parameters that the example does not name have the values of the prompt. */
export function renderExample(
  { pattern }: TaskTemplate,
  { input, output, values: own }: TaskExample,
  values: Readonly<Record<string, string>>,
): string {
  return fillPattern(pattern, { ...values, ...own, input, output, dialogue: "" });
}

/** An earlier turn: what the pattern has after `{dialogue}`, on a line of its own. */
export function renderTurn(
  template: TaskTemplate,
  { question, answer }: DialogueTurn,
  values: Readonly<Record<string, string>>,
): string {
  const { turn } = partsOf(template);
  if (turn === undefined) return "";
  return `${fillPattern(turn, { ...values, question, input: question, output: answer })}\n`;
}
