import type { Engine } from "../engine/engine.ts";
import type { ModelSpec } from "../shared/protocol.ts";
import type { TaskModel } from "../tasks/task.ts";

/** A model of the engine in this process, for tasks. Loads it, since a prompt is fitted to its context. */
export async function engineTaskModel(engine: Engine, model: ModelSpec, signal: AbortSignal): Promise<TaskModel> {
  const { name, contextLength } = await engine.load(model, signal);
  return {
    name,
    contextLength,
    generate: (params, cancelled, onProgress) =>
      engine.generate({ ...params, model, priority: "action" }, cancelled, onProgress),
    rank: (params, cancelled) => engine.rank({ ...params, model, priority: "action" }, cancelled),
    tokenize: (text) => Promise.resolve(engine.tokenize({ model, text })),
  };
}
