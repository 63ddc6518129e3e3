import type { TaskModel } from "../../tasks/task.ts";
import type { BackendAccess, SpecSource } from "../client/backend.ts";

/**
 * Runs a task on a model of the engine, after starting the engine if need be. Ghost text goes first: the user types on
 * while a task runs.
 * @param modelFolder asked for by those who read the model's card; undefined of a model that is not on this machine
 */
export function withTaskModel<T>(
  engine: BackendAccess,
  call: (model: TaskModel, modelFolder: string | undefined) => Promise<T>,
  signal: AbortSignal,
  spec: SpecSource,
): Promise<T> {
  return engine.use(
    ({ client, spec: model, model: info }) => {
      const taskModel: TaskModel = {
        name: info.name,
        contextLength: info.contextLength,
        canRank: info.lacks?.includes("echo") !== true,
        generate: (params, taskSignal, onProgress) =>
          client.generate({ ...params, model, priority: "action" }, taskSignal, onProgress),
        rank: (params, taskSignal) => client.rank({ ...params, model, priority: "action" }, taskSignal),
        tokenize: (text, taskSignal) => client.tokenize({ model, text }, taskSignal),
      };
      return call(taskModel, info.folder);
    },
    signal,
    spec,
  );
}
