import type { TaskTemplate } from "../../prompts/template.ts";
import type { PlaygroundAnswer, TaskSetup } from "../../shared/playgroundMessages.ts";
import { runTask } from "../../tasks/runTask.ts";
import { fitRun, startRun } from "../../tasks/taskRun.ts";
import type { TaskModel, TaskRequest } from "../../tasks/task.ts";

/** The prompt of a task as the model would get it. */
export interface PromptPreview extends Pick<PlaygroundAnswer, "prompt" | "promptTokens" | "dropped"> {
  readonly contextLength: number;
}

/** @throws LocalghostError for what the template cannot do, or `promptTooLong` */
export async function previewTask(
  model: TaskModel,
  template: TaskTemplate,
  setup: TaskSetup,
  signal: AbortSignal,
): Promise<PromptPreview> {
  const run = startRun(model, requestOf(template, setup), signal);
  const { prompt, promptTokens, dropped } = await fitRun(run, setup.input);
  return { prompt, promptTokens, dropped, contextLength: model.contextLength };
}

/**
 * Runs a task as the page has set it up, always by writing: ranking has no text to watch.
 * @param onText told the whole answer as it grows
 */
export async function runTaskForPage(
  model: TaskModel,
  template: TaskTemplate,
  setup: TaskSetup,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<PlaygroundAnswer> {
  let text = "";
  const result = await runTask(model, requestOf(template, setup), signal, (progress) => {
    // What streamed in was a part's; the next one begins anew.
    text = progress.kind === "text" ? text + progress.text : "";
    onText(text);
  });
  const { prompt, promptTokens, shots, dropped, confidence } = result;
  return {
    ...{ prompt, promptTokens, shots, dropped },
    text: result.text,
    ...(!confidence.isUnknown && { probability: confidence.meanTokenProbability }),
  };
}

function requestOf(template: TaskTemplate, { input, values, dialogue, shots, seed }: TaskSetup): TaskRequest {
  return { template, input, values, dialogue, shots, mode: "generate", ...(seed !== undefined && { seed }) };
}
