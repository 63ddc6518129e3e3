import { LocalghostError } from "../../shared/errors.ts";
import type { TaskModel } from "../../tasks/task.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";

/**
 * Runs a task on the engine's model, after starting the engine if need be. Ghost text goes first: the user types on while
 * a task runs.
 * @param modelFolder asked for by those who read the model's card
 */
export function withTaskModel<T>(
  engine: EngineSupervisor,
  call: (model: TaskModel, modelFolder: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return engine.use(({ client, spec: model }) => {
    const info = engine.model;
    if (!info) throw new LocalghostError("engineStopped", "The engine was stopped. Run the task again.");
    const taskModel: TaskModel = {
      name: info.name,
      contextLength: info.contextLength,
      generate: (params, taskSignal, onProgress) =>
        client.generate({ ...params, model, priority: "action" }, taskSignal, onProgress),
      rank: (params, taskSignal) => client.rank({ ...params, model, priority: "action" }, taskSignal),
      tokenize: (text, taskSignal) => client.tokenize({ model, text }, taskSignal),
    };
    return call(taskModel, info.folder);
  }, signal);
}
