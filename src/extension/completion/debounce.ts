/** The last so many keystrokes and requests tell how fast the user and the model are. */
const REMEMBERED = 20;
/** Fewer tell nothing yet. */
const ENOUGH = 5;
/** Who does not type for so long was thinking, which is no rhythm. */
const LONGEST_INTERVAL_MS = 2_000;
/** Who has not pressed a key for so many of their intervals has paused. */
const INTERVALS_OF_A_PAUSE = 1.5;
/** Whatever was measured, who pauses is not kept waiting for longer. */
const MOST_MS = 500;

/**
 * How long to wait after a keystroke before the model is asked. Where its text is there before the user will have paused,
 * the least time. The slower the model is for this user, the longer: its text would come too late, and be computed in
 * vain, at every key but the last before a pause. docs/ghost-text.md has what it saves.
 * @param interval between two keys, in milliseconds
 * @param latency from the question to the text, in milliseconds
 * @param least as the user has set it
 */
export function debounce(interval: number, latency: number, least: number): number {
  const pause = INTERVALS_OF_A_PAUSE * interval;
  const late = Math.max(0, least + latency - pause);
  return Math.max(least, Math.min(least + late, pause, MOST_MS));
}

/** Learns a user's typing rhythm and how long the model takes, and says by these how long to wait. */
export class AdaptiveDebounce {
  readonly #intervals = new Recent(REMEMBERED);
  readonly #latencies = new Recent(REMEMBERED);
  #lastKey: number | undefined;

  /** A character was typed at a time, in milliseconds. */
  typed(at: number): void {
    const interval = at - (this.#lastKey ?? -Infinity);
    this.#lastKey = at;
    if (interval <= LONGEST_INTERVAL_MS) this.#intervals.add(interval);
  }

  /** The model was asked, and its text was there after so many milliseconds. */
  answered(latency: number): void {
    this.#latencies.add(latency);
  }

  /** The model was asked, and cancelled after so many milliseconds: it would have taken longer, perhaps twice as long. */
  overtaken(elapsed: number): void {
    if (elapsed > (this.#latencies.median ?? 0)) this.#latencies.add(2 * elapsed);
  }

  /** How long to wait, in milliseconds. */
  wait(least: number): number {
    const { median: interval } = this.#intervals;
    const { median: latency } = this.#latencies;
    return interval === undefined || latency === undefined ? least : debounce(interval, latency, least);
  }
}

/** The median of the latest values, once there are enough of them. */
class Recent {
  readonly #kept: number;
  #values: number[] = [];

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(value: number): void {
    this.#values = [...this.#values, value].slice(-this.#kept);
  }

  get median(): number | undefined {
    if (this.#values.length < ENOUGH) return undefined;
    return this.#values.toSorted((a, b) => a - b)[Math.floor(this.#values.length / 2)];
  }
}
