import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { eachSentence } from "./eachSentence.ts";
import { inParts } from "./inParts.ts";
import { rankPieces } from "./rankPieces.ts";
import type { TaskModel, TaskProgress, TaskRequest, TaskResult } from "./task.ts";
import { fitRun, startRun, type TaskRun, toAnswer, toResult, write } from "./taskRun.ts";

/**
 * Runs a task on a model: fits its prompt to the context, then writes an answer or chooses one from the input.
 * @param onProgress told the answer's text as it grows; all of it together is the answer
 * @throws LocalghostError `invalidRequest` for what the template cannot do, `promptTooLong` where there is no room for
 * the input, `cancelled` when `signal` is aborted, and what the model throws
 */
export async function runTask(
  model: TaskModel,
  request: TaskRequest,
  signal: AbortSignal,
  onProgress: (progress: TaskProgress) => void = () => undefined,
): Promise<TaskResult> {
  const { template, input } = request;
  const { mode: wanted = template.mode } = request;
  const mode = model.canRank === false ? "generate" : wanted;
  if (input.trim() === "" && template.scope !== "beforeCursor") {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t('There is no text for "{0}": select or write some.', template.title),
    );
  }
  const run = startRun(model, request, signal);
  if (mode === "rank") return rankPieces(run, onProgress);
  switch (template.longInput) {
    case "eachSentence":
      return eachSentence(run, onProgress);
    case "inParts":
      return inParts(run, onProgress);
    case "dropMiddle":
    case "dropBeginning":
      return atOnce(run, onProgress);
  }
}

/** One prompt for all of the input that fits. */
async function atOnce(run: TaskRun, onProgress: (progress: TaskProgress) => void): Promise<TaskResult> {
  const { input } = run.request;
  const fitted = await fitRun(run, input);
  const written = await write(run, fitted, input, run.alternatives, (text) => onProgress({ kind: "text", text }));
  return toResult(
    run,
    "generate",
    fitted,
    written.map((one) => toAnswer(run, one)),
  );
}
