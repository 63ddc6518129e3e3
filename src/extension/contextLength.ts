import type * as vscode from "vscode";
import type { ModelSpec } from "../shared/protocol.ts";
import type { BackendAccess } from "./client/backend.ts";
import type { Disposable } from "./disposables.ts";

/**
 * How many tokens a model looks at. It is remembered from one session to the next: a first prompt of another length than
 * those after the model has loaded would be read twice.
 */
export class ContextLength implements Disposable {
  readonly #memory: vscode.Memento;
  readonly #engine: BackendAccess;
  readonly #listener: Disposable;

  constructor(memory: vscode.Memento, engine: BackendAccess) {
    this.#memory = memory;
    this.#engine = engine;
    this.#listener = engine.onDidChangeState(() => this.#remember());
  }

  /** Undefined for a model that has never been loaded. */
  of(spec: ModelSpec): number | undefined {
    return this.#engine.modelOf(spec)?.contextLength ?? this.#memory.get<number>(key(spec));
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #remember(): void {
    const { model } = this.#engine;
    // A server tells anew each time.
    if (model?.folder === undefined) return;
    const name = key({ folder: model.folder });
    if (this.#memory.get(name) !== model.contextLength) void this.#memory.update(name, model.contextLength);
  }
}

function key({ folder }: Pick<ModelSpec, "folder">): string {
  return `contextLength ${folder}`;
}
