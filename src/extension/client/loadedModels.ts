import type { ModelInfo, ModelSpec } from "../../shared/protocol.ts";
import type { AnsweringModel } from "./backend.ts";

/** What is known of the models that one engine has loaded. It may have unloaded some since: it loads them again by itself. */
export class LoadedModels {
  readonly #models = new Map<string, ModelInfo>();
  /** Of the model that was asked for last, whoever asked. */
  #latest = "";

  get(spec: ModelSpec): ModelInfo | undefined {
    return this.#models.get(keyOf(spec));
  }

  add(spec: ModelSpec, model: ModelInfo): void {
    this.#models.set(keyOf(spec), model);
  }

  /** Notes that a model is asked for now. */
  touch(spec: ModelSpec): void {
    this.#latest = keyOf(spec);
  }

  /** Whether a model is the one that was asked for last: all others have been idle for longer. */
  isLatest(model: ModelInfo): boolean {
    const latest = this.#models.get(this.#latest);
    return latest !== undefined && isSameModel(latest, model);
  }

  /** Takes up what has changed of a model, such as its device. */
  change(changed: ModelInfo): void {
    for (const [key, model] of this.#models) if (isSameModel(model, changed)) this.#models.set(key, changed);
  }

  /** Whether the model of a folder may be loaded, in any format. */
  hasFolder(folder: string): boolean {
    return [...this.#models.values()].some((model) => model.folder === folder);
  }

  clear(): void {
    this.#models.clear();
  }
}

export function isSameModel(
  one: Pick<AnsweringModel, "folder" | "dtype">,
  other: Pick<AnsweringModel, "folder" | "dtype">,
): boolean {
  return one.folder === other.folder && one.dtype === other.dtype;
}

function keyOf({ folder, dtype, device }: ModelSpec): string {
  return JSON.stringify([folder, dtype, device]);
}
