import { runTask } from "../../src/tasks/runTask.ts";
import type { TaskModel } from "../../src/tasks/task.ts";
import type { Answered } from "./answerLog.ts";
import type { Case, CaseSet, Setup } from "./cases.ts";

/** Runs a task as the product runs it. */
export async function askModel(
  model: TaskModel,
  { template, mode, shots, source }: Setup,
  { ownExamples }: CaseSet,
  { input, values }: Case,
  seed: number,
): Promise<Answered> {
  const isDrawn = (template.sampling.temperature ?? 0) > 0;
  const started = performance.now();
  const result = await runTask(
    model,
    {
      template,
      input,
      values,
      mode,
      shots,
      ...(source === "own" ? { examples: ownExamples } : {}),
      // A seed would make a template that takes the likeliest tokens draw them.
      ...(isDrawn ? { seed } : {}),
    },
    new AbortController().signal,
  );
  const [best] = result.candidates;
  return {
    text: result.text,
    shots: result.shots,
    seconds: (performance.now() - started) / 1000,
    meanTokenProbability: result.confidence.meanTokenProbability,
    ...(best ? { share: best.probability } : {}),
    found: result.found !== undefined,
  };
}
