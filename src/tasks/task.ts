/** What it takes to run a task on a model, and what comes of it. The command line and the extension share it. */
import type { Mode, TaskExample, TaskTemplate } from "../prompts/template.ts";
import type {
  GenerateParams,
  GenerateProgress,
  GenerateResult,
  RankParams,
  RankResult,
  TokenizeResult,
} from "../shared/protocol.ts";

/** What a task asks of a model: the engine's own methods, in this process or behind a connection. */
export interface TaskModel {
  /** The folder's own name: `localghost-nano`. */
  readonly name: string;
  /** Tokens that the model can look at. */
  readonly contextLength: number;
  generate(
    params: Omit<GenerateParams, "model" | "priority" | "progressToken">,
    signal: AbortSignal,
    onProgress?: (progress: GenerateProgress) => void,
  ): Promise<Omit<GenerateResult, "device" | "dtype">>;
  /** False: it cannot tell how likely a given text is, and tasks that would choose write instead. Absent: it can. */
  readonly canRank?: boolean;
  rank(
    params: Omit<RankParams, "model" | "priority">,
    signal: AbortSignal,
  ): Promise<Omit<RankResult, "device" | "dtype">>;
  tokenize(text: string, signal: AbortSignal): Promise<TokenizeResult>;
}

export interface TaskRequest {
  readonly template: TaskTemplate;
  readonly input: string;
  /** By the names of the template's parameters; each must have one, or a default. */
  readonly values: Readonly<Record<string, string>>;
  /** Earlier questions and answers, oldest first, for patterns with `{dialogue}`. */
  readonly dialogue?: readonly Turn[];
  /** The template's own number when absent. */
  readonly shots?: number;
  /** The user's own examples: they stand after the template's, nearest to the prompt, and are taken first. */
  readonly examples?: readonly TaskExample[];
  /** The template's own when absent. */
  readonly mode?: Mode;
  /** Another seed gives another text where the template draws tokens; the template's temperature is raised for greedy ones. */
  readonly seed?: number;
  /** How many texts to offer; 1 when absent. */
  readonly alternatives?: number;
}

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** What stood in no prompt because the context was full. */
export interface Dropped {
  readonly examples: number;
  readonly turns: number;
  /** Characters left out of the middle of the input. */
  readonly characters: number;
}

/** How sure the model was, from 0 to 1. */
export interface Confidence {
  /** exp of the mean log-probability of the answer's tokens. */
  readonly meanTokenProbability: number;
  /** The chance that the answer is right, learnt on held-out records; absent where none was learnt for the task. */
  readonly calibrated?: number;
  /** The model does not tell probabilities: the numbers say nothing. Absent: it does. */
  readonly isUnknown?: true;
}

/** A piece of the input as an answer. */
export interface Candidate {
  readonly text: string;
  /** Where it stands in the input, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** Share of the probability of all candidates, each of them taken as the mean of its tokens. */
  readonly probability: number;
}

export interface TaskAnswer {
  readonly text: string;
  readonly confidence: Confidence;
}

export interface TaskResult extends TaskAnswer {
  readonly mode: Mode;
  /** The very prompt that was sent; of a task in parts, the last one. */
  readonly prompt: string;
  readonly promptTokens: number;
  readonly shots: number;
  readonly dropped: Dropped;
  readonly model: string;
  /** All texts, the answer first, where several were asked for. */
  readonly alternatives: readonly TaskAnswer[];
  /** Best first, where the answer was chosen from the input. */
  readonly candidates: readonly Candidate[];
  /** Where in the input the answer's words stand, if they stand there. */
  readonly found?: { readonly start: number; readonly end: number };
  /** The results of the parts of a long input, in order. */
  readonly parts: readonly TaskAnswer[];
}

export type TaskProgress =
  /** Text of the answer, safe to show now. */
  | { readonly kind: "text"; readonly text: string }
  /** A part of a long input is done. */
  | { readonly kind: "part"; readonly index: number; readonly count: number; readonly text: string };
