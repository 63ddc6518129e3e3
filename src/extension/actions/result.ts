import type { Mode, TaskExample } from "../../prompts/template.ts";
import type { TaskAnswer, TaskResult } from "../../tasks/task.ts";
import type { TextRange } from "./trackedRange.ts";

/** What a task was done on. */
export type Source =
  | {
      readonly kind: "document";
      readonly uri: string;
      /** Where it stands in the document; undefined once nothing of it is left there. */
      readonly range: TextRange | undefined;
      readonly text: string;
      /** Where an answer goes: on a line of its own below the text, or right behind it. */
      readonly insertion: "below" | "behind";
      /** `the function parse`; shown with the file's name. */
      readonly description: string;
    }
  | {
      /** Changes of a Git repository; the answer goes into its commit message. */
      readonly kind: "changes";
      readonly repository: string;
      readonly text: string;
      readonly description: string;
    };

export type DocumentSource = Extract<Source, { kind: "document" }>;

/** How a task was asked for; with it, it can be asked for again. */
export interface RunOptions {
  readonly templateId: string;
  readonly values: Readonly<Record<string, string>>;
  /** The template's own when absent. */
  readonly shots?: number;
  readonly mode?: Mode;
  /** Examples for this run alone; the remembered ones come on top. */
  readonly examples?: readonly TaskExample[];
}

export type Outcome =
  | { readonly kind: "running"; readonly text: string; readonly parts: readonly string[]; readonly partCount?: number }
  | { readonly kind: "done"; readonly result: TaskResult }
  /** By the user; `text` is what was written by then. */
  | { readonly kind: "stopped"; readonly text: string }
  | { readonly kind: "failed"; readonly message: string };

export interface ResultRecord {
  readonly id: string;
  /** The template's title when it ran. */
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly options: RunOptions;
  readonly source: Source;
  readonly outcome: Outcome;
  /** What the model's card says that it cannot do well. */
  readonly warning?: string;
}

/** The text of a result so far. */
export function textOf({ outcome }: ResultRecord): string {
  switch (outcome.kind) {
    case "running":
    case "stopped":
      return outcome.text;
    case "done":
      return outcome.result.text;
    case "failed":
      return "";
  }
}

/** Texts to choose among: those that were generated together, else pieces of the passage. */
export function choicesOf({ outcome }: ResultRecord): readonly TaskAnswer[] {
  if (outcome.kind !== "done") return [];
  const { alternatives, candidates } = outcome.result;
  if (alternatives.length > 1) return alternatives;
  return candidates.map(({ text, probability }) => ({ text, confidence: { meanTokenProbability: probability } }));
}
