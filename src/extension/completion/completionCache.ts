import type { Candidate } from "./candidate.ts";

/** What the model wrote after the last prompts, best text first; the prompt not asked for for the longest time goes first. */
export class CompletionCache {
  readonly #capacity: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, readonly Candidate[]>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): readonly Candidate[] | undefined {
    const candidates = this.#entries.get(key);
    if (candidates) this.set(key, candidates);
    return candidates;
  }

  set(key: string, candidates: readonly Candidate[]): void {
    this.#entries.delete(key);
    this.#entries.set(key, candidates);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }

  clear(): void {
    this.#entries.clear();
  }
}
