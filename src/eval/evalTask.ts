/** What a benchmark is: records of a data set, what a model makes of each, and the figures that come of all. */
import type { Estimate } from "./bootstrap.ts";
import type { DataSource } from "./data/dataSource.ts";
import type { EvalModel } from "./evalModel.ts";
import type { PaperColumn } from "./paperResults.ts";

/** What a run may choose. */
export interface EvalOptions {
  /** Decides which records are drawn, and what is sampled. */
  readonly seed: number;
  /** Examples in the prompt; the task's own number when absent. */
  readonly shots?: number;
  /** Tokens by which the window moves over a long text; half of the model's context when absent. */
  readonly stride?: number;
}

/** All that a task needs to measure a model. */
export interface EvalRun {
  readonly model: EvalModel;
  readonly data: DataSource;
  /** The text that the model was trained on, for tasks that compare with it. */
  readonly training?: DataSource;
  readonly options: EvalOptions;
  /** Numbers in [0, 1) that a seed decides. */
  readonly random: (seed: number) => () => number;
  readonly signal: AbortSignal;
}

/** A figure of a whole set. */
export interface Figure extends Estimate {
  /** As in a table's head: `perplexity`, `accuracy, %`. */
  readonly name: string;
  readonly better: "higher" | "lower";
  /** The same measure in the paper's tables. */
  readonly paper?: PaperColumn;
}

/** Accuracy on the answers that the model was surest of. */
export interface CurvePoint {
  /** Share of the questions, surest first, from 0 to 1. */
  readonly share: number;
  readonly accuracy: number;
}

export interface Summary {
  /** The main one first. */
  readonly figures: readonly Figure[];
  readonly curve?: readonly CurvePoint[];
  /** What a reader must know to compare the figures, a sentence each. */
  readonly notes: readonly string[];
}

/** A data set that was opened for a model. */
export interface OpenedTask<R, O> {
  readonly records: AsyncIterable<R>;
  /** What the model makes of one record, as JSON can hold it. `index` is the record's place in the set. */
  measure(record: R, index: number): Promise<O>;
  summarize(outcomes: readonly O[], random: () => number): Summary;
}

export interface EvalTask {
  /** As on the command line. */
  readonly id: string;
  readonly title: string;
  /** A line for lists: what is measured, in which format the set comes. */
  readonly description: string;
  /** Names of the set's file or folder below a folder of sets, for `all`. */
  readonly files: readonly string[];
  readonly source: string;
  readonly licence: string;
  /** A task that compares texts asks no model. */
  readonly needsModel: boolean;
  open(run: EvalRun): Promise<OpenedTask<unknown, unknown>>;
}
