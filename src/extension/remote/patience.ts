/** Aborts what takes too long: when its time is over, unless it was {@link Patience.renew renewed} meanwhile. */
export class Patience {
  /** Follows the caller's signal, too. */
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(milliseconds: number, signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#own.signal]);
    this.#timer = setTimeout(() => this.#own.abort(), milliseconds);
  }

  get isOver(): boolean {
    return this.#own.signal.aborted;
  }

  renew(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
