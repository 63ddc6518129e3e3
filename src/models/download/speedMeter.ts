/** How fast something goes, over the last seconds: a pause or a burst long ago does not count. */
const WINDOW_MS = 5000;

export class SpeedMeter {
  /** Bytes since the start, at times. */
  readonly #marks: { at: number; bytes: number }[] = [];
  #bytes = 0;

  /** @param at milliseconds of any clock that never goes back */
  add(bytes: number, at: number): void {
    if (this.#marks.length === 0) this.#marks.push({ at, bytes: 0 });
    this.#bytes += bytes;
    this.#marks.push({ at, bytes: this.#bytes });
    while ((this.#marks[1]?.at ?? at) < at - WINDOW_MS) this.#marks.shift();
  }

  /** Bytes a second up to now, or undefined while nothing is known. */
  bytesPerSecond(now: number): number | undefined {
    const first = this.#marks[0];
    if (!first || now - first.at < 200) return undefined;
    return ((this.#bytes - first.bytes) * 1000) / (now - first.at);
  }
}
