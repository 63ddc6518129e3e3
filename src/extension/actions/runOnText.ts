import type { TaskTemplate } from "../../prompts/template.ts";
import { runTask } from "../../tasks/runTask.ts";
import type { TaskProgress, TaskResult, Turn } from "../../tasks/task.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { readAllExamples } from "../config.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { withPlainLineEnds } from "./lineEnds.ts";
import { withTaskModel } from "./taskModel.ts";
import { readWarning } from "./taskWarning.ts";

/** What a task needs to run on a text that stands in no list of results. */
export interface TextTask {
  readonly template: TaskTemplate;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** Earlier questions and answers, oldest first. */
  readonly dialogue?: readonly Turn[];
  readonly languageId?: string | undefined;
}

/** The engine, and the models that the settings choose. */
export interface TaskEngine {
  readonly engine: EngineSupervisor;
  readonly models: Pick<ModelSpecs, "specFor">;
}

/**
 * Does a task on a text as its command would: on the model that the settings choose for it, with the user's own examples.
 * @param onWarning told what the model's card says of a task that it does not do well
 * @throws LocalghostError as `runTask`, and `modelNotFound`
 */
export async function runOnText(
  { engine, models }: TaskEngine,
  { template, text, values, dialogue = [], languageId }: TextTask,
  signal: AbortSignal,
  onProgress: (progress: TaskProgress) => void = () => undefined,
  onWarning: (warning: string) => void = () => undefined,
): Promise<TaskResult> {
  const examples = readAllExamples()[template.id] ?? [];
  return withTaskModel(
    engine,
    async (model, folder) => {
      const warning = await readWarning(folder, template.id, model.name);
      if (warning !== undefined) onWarning(warning);
      const shots = Math.max(template.shots, examples.length);
      const request = { template, input: withPlainLineEnds(text), values, dialogue, examples, shots };
      return runTask(model, request, signal, onProgress);
    },
    signal,
    () => models.specFor({ task: template.id, languageId }),
  );
}
