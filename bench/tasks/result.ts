import type { Estimate } from "../../src/eval/bootstrap.ts";
import type { Mode } from "../../src/prompts/template.ts";
import type { Dtype } from "../../src/shared/protocol.ts";
import type { ShotSource } from "./cases.ts";
import type { Calibrated } from "./calibrate.ts";
import type { TaskName } from "./options.ts";

/** Figures from 0 to 100; higher is better. */
export const FIGURES = {
  rouge1: "ROUGE-1",
  rouge2: "ROUGE-2",
  rougeL: "ROUGE-L",
  exact: "exact match",
  f1: "F1",
  bleu: "BLEU",
  chrf: "chrF",
} as const;
export type Figure = keyof typeof FIGURES;

export const FIGURES_OF: Record<TaskName, readonly Figure[]> = {
  summarize: ["rouge1", "rouge2", "rougeL"],
  answer: ["exact", "f1"],
  translate: ["bleu", "chrf"],
};

/** The figure that decides. BLEU is 0 for most short segments of a small model, and says little there. */
export const MAIN_FIGURE: Record<TaskName, Figure> = { summarize: "rougeL", answer: "f1", translate: "chrf" };

/** How one way to ask, or a baseline, did on some cases. */
export interface Row {
  readonly name: string;
  /** Absent for a baseline. */
  readonly setup?: {
    readonly mode: Mode;
    readonly shots: number;
    readonly source: ShotSource;
    readonly variant?: string;
  };
  readonly figures: Partial<Record<Figure, Estimate>>;
  /** Main figure less that of generation without examples, on the same cases. */
  readonly gain?: Estimate;
  /** Mean number of examples that stood in the prompt: a full context drops the oldest. */
  readonly shotsFitted?: number;
  /** Median. */
  readonly secondsPerRecord?: number;
  readonly wordsPerAnswer: number;
}

export interface TaskTable {
  readonly task: TaskName;
  readonly title: string;
  readonly cases: number;
  readonly rows: readonly Row[];
  /** Main figure by the kind of question, of each way to ask. */
  readonly byKind: readonly { readonly name: string; readonly kinds: Readonly<Record<string, number>> }[];
}

/** How a task should be asked of this model, when the user says nothing. */
export interface Recommendation {
  readonly task: TaskName;
  readonly mode: Mode;
  readonly shots: number;
  /** The rows' name. */
  readonly name: string;
}

export interface TasksResult {
  readonly model: string;
  /** SHA-256 of the checkpoint's weights. */
  readonly sha256: string;
  readonly dtype: Dtype;
  readonly date: string;
  readonly command: string;
  readonly seed: number;
  readonly tables: readonly TaskTable[];
  readonly recommendations: readonly Recommendation[];
  readonly calibrations: readonly Calibrated[];
}
