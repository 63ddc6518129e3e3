/**
 * Watches a growing text for stop strings, which may begin in one token and end in another: text that could still turn
 * into one is held back.
 */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = "";

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== "");
  }

  /** Adds text; returns what is safe to show, and whether a stop string has ended it. */
  push(text: string): { text: string; stopped: boolean } {
    this.#held += text;
    const stop = this.#firstStop();
    if (stop) {
      const safe = this.#held.slice(0, stop.start);
      this.#held = "";
      return { text: safe, stopped: true };
    }
    const safeLength = this.#held.length - this.#longestPartialStop();
    const safe = this.#held.slice(0, safeLength);
    this.#held = this.#held.slice(safeLength);
    return { text: safe, stopped: false };
  }

  /** The text held back, when no more will come. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /**
   * The stop string that is whole first, and of those that end together the longest: so the text does not depend on how
   * it was cut into tokens.
   */
  #firstStop(): { start: number; end: number } | undefined {
    return this.#stops
      .map((stop) => ({ start: this.#held.indexOf(stop), end: this.#held.indexOf(stop) + stop.length }))
      .filter(({ start }) => start !== -1)
      .sort((a, b) => a.end - b.end || a.start - b.start)[0];
  }

  /** Length of the longest end of the held text that is the beginning of a stop string. */
  #longestPartialStop(): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length--) {
        if (this.#held.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
