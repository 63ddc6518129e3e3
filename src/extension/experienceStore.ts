import type * as vscode from "vscode";
import type { Verdict } from "./completion/backOff.ts";
import { type Experience, learn, NO_EXPERIENCE } from "./completion/ownExperience.ts";

const KEY = "ghostTextExperience";

/** Keeps what the gate has learned from this user: three numbers of each model, on this machine, with nothing of any text. */
export class ExperienceStore {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** What is known of a model, by its name. */
  of(model: string): Experience {
    return this.#all[model] ?? NO_EXPERIENCE;
  }

  add(model: string, verdict: Verdict): void {
    // VS Code has the new value at once, and writes it when it likes.
    void this.#memory.update(KEY, { ...this.#all, [model]: learn(this.of(model), verdict) });
  }

  readonly forget = async (): Promise<void> => {
    await this.#memory.update(KEY, undefined);
  };

  get #all(): Readonly<Record<string, Experience>> {
    return this.#memory.get<Record<string, Experience>>(KEY) ?? {};
  }
}
