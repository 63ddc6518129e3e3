/** What an extension remembers between sessions; VS Code's Memento. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const MOST = 20;

/** Values that the user gave before, latest first. */
export class RecentValues {
  readonly #memory: Memory;
  readonly #key: string;

  constructor(memory: Memory, key: string) {
    this.#memory = memory;
    this.#key = key;
  }

  get all(): readonly string[] {
    return (this.#memory.get(this.#key) as readonly string[] | undefined) ?? [];
  }

  async add(value: string): Promise<void> {
    await this.#memory.update(this.#key, [value, ...this.all.filter((other) => other !== value)].slice(0, MOST));
  }
}
