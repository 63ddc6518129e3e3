import type { Disposable } from "../disposables.ts";

/** Collects what changes, and hands it on together: a view that is drawn at every token is slower than the model. */
export class Batched<T> implements Disposable {
  readonly #flush: (items: readonly T[]) => void;
  readonly #waitMs: number;
  readonly #items = new Set<T>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(flush: (items: readonly T[]) => void, waitMs: number) {
    this.#flush = flush;
    this.#waitMs = waitMs;
  }

  add(item: T): void {
    this.#items.add(item);
    this.#timer ??= setTimeout(() => this.#hand(), this.#waitMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #hand(): void {
    this.#timer = undefined;
    const items = [...this.#items];
    this.#items.clear();
    this.#flush(items);
  }
}
