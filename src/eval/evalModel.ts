import type { ScoreParams, ScoreResult } from "../shared/protocol.ts";
import type { TaskModel } from "../tasks/task.ts";

/** What measuring asks of a model: the engine's own methods. */
export interface EvalModel extends TaskModel {
  /** The token that documents were divided by in training; absent where the checkpoint names none. */
  readonly endOfText?: number;
  score(params: Omit<ScoreParams, "model" | "priority">, signal: AbortSignal): Promise<ScoreResult>;
}
