import type * as vscode from "vscode";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import { getSetting } from "./config.ts";
import type { Disposable } from "./disposables.ts";

/**
 * How many tokens the model of the settings looks at. It is remembered from one session to the next: a first prompt of
 * another length than those after the model has loaded would be read twice.
 */
export class ContextLength implements Disposable {
  readonly #memory: vscode.Memento;
  readonly #engine: EngineSupervisor;
  readonly #listener: Disposable;

  constructor(memory: vscode.Memento, engine: EngineSupervisor) {
    this.#memory = memory;
    this.#engine = engine;
    this.#listener = engine.onDidChangeState(() => this.#remember());
  }

  /** Undefined for a model that has never been loaded. */
  get value(): number | undefined {
    return this.#engine.model?.contextLength ?? this.#memory.get<number>(key());
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #remember(): void {
    const { model } = this.#engine;
    if (model && this.#memory.get(key()) !== model.contextLength) void this.#memory.update(key(), model.contextLength);
  }
}

function key(): string {
  return `contextLength ${getSetting("model")}`;
}
