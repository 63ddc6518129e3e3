/**
 * A task as data: how a language model is asked for it. The paper's point is that the prompt alone makes the task
 * (Radford et al. 2019), so that a template is all that a new task takes, and a person can write one.
 */
import type { SamplingOptions } from "../shared/protocol.ts";

/** How an answer is cut out of what the model wrote. */
export const CUTS = ["line", "sentence", "threeSentences", "paragraph", "list", "all"] as const;
export type Cut = (typeof CUTS)[number];

/** What a task takes where nothing is selected. */
export const SCOPES = ["paragraph", "function", "document", "beforeCursor", "changes"] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What to do with an input that does not fit: leave out its middle or its beginning, or do the task on parts and then on
 * the results. `eachSentence` takes every input sentence by sentence, and joins the answers.
 */
export const LONG_INPUTS = ["dropMiddle", "dropBeginning", "inParts", "eachSentence"] as const;
export type LongInput = (typeof LONG_INPUTS)[number];

/**
 * Which pieces of the input a task can choose its answer from, instead of writing one: spans of words or sentences that
 * are likely as the answer, or the key sentences, after which the rest of the input is likeliest.
 */
export const EXTRACTS = ["spans", "sentences", "keySentences"] as const;
export type Extract = (typeof EXTRACTS)[number];

/** Write an answer, or rank pieces of the input by their likelihood. */
export const MODES = ["generate", "rank"] as const;
export type Mode = (typeof MODES)[number];

/** Something that the task may ask the user for, and that stands in the pattern as `{name}`. */
export interface TaskParameter {
  /** Letters only; `input`, `output` and `dialogue` are taken. */
  readonly name: string;
  /** Shown where it is asked for: `Target language`. */
  readonly title: string;
  readonly kind: "text" | "language";
  /** Taken without asking; asked for when absent. */
  readonly default?: string;
}

/** An input with the answer that it should get. */
export interface TaskExample {
  readonly input: string;
  readonly output: string;
  /** Values of the parameters, such as the question; an example is used where those of kind `language` are equal. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface TaskTemplate {
  /** Lower-case words joined by hyphens: `summarize`. */
  readonly id: string;
  /** What a menu says: `Summarize`. */
  readonly title: string;
  readonly description?: string;
  /** Stands once before everything else. */
  readonly instruction?: string;
  /**
   * One example, with `{input}`, `{output}` and the parameters: `{input}\nTL;DR: {output}`. The prompt ends where
   * `{output}` stands, without the space before it, which is the first token's own.
   */
  readonly pattern: string;
  /** Between examples, and before the prompt: `\n\n`. */
  readonly separator: string;
  readonly parameters: readonly TaskParameter[];
  readonly examples: readonly TaskExample[];
  /** How many examples are used unless the user says otherwise. */
  readonly shots: number;
  /** Fewer make no sense: a rewriting by example needs one. */
  readonly leastShots: number;
  readonly stop: readonly string[];
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  readonly cut: Cut;
  readonly scope: Scope;
  readonly longInput: LongInput;
  /** Absent: the task cannot rank. */
  readonly extract?: Extract;
  readonly mode: Mode;
}
