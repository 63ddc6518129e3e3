import { delay } from "../cancellation.ts";
import type { Disposable } from "../disposables.ts";

/** Shorter pauses are those between two keystrokes, or two lines that the cursor passes on its way. */
const REST_MS = 300;

/** Has the text before the cursor read ahead whenever the cursor comes to rest, and no longer than it rests. */
export class Warmer implements Disposable {
  readonly #warm: (signal: AbortSignal) => Promise<void>;
  readonly #onError: (thrown: unknown) => void;
  #rest = new AbortController();

  constructor(warm: (signal: AbortSignal) => Promise<void>, onError: (thrown: unknown) => void) {
    this.#warm = warm;
    this.#onError = onError;
  }

  /** The cursor stands elsewhere, or in another text. */
  moved(): void {
    this.#rest.abort();
    this.#rest = new AbortController();
    void this.#afterRest(this.#rest.signal);
  }

  dispose(): void {
    this.#rest.abort();
  }

  async #afterRest(signal: AbortSignal): Promise<void> {
    try {
      await delay(REST_MS, signal);
      await this.#warm(signal);
    } catch (thrown) {
      if (!signal.aborted) this.#onError(thrown);
    }
  }
}
