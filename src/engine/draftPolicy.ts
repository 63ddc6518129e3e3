/**
 * Decides how many drafted tokens to verify in one run, from what was seen: how often a guess was right after a match of
 * its length, and what each further token adds to the time of a run. One per model, since both depend on it.
 */

/** More than these rarely come true. */
const LONGEST_DRAFT = 15;
/** Matches at least this long are counted together. */
const LONGEST_MATCH = 16;
/** What one observation fades to with each later one: some 50 of them count. */
const FADING = 0.98;
/** Guesses assumed before any were seen, so that the first ones do not decide alone. */
const ASSUMED_GUESSES = 4;
/** Time of a further token over the time of a run of one, before any was measured. */
const ASSUMED_COST = 0.3;
/** Times kept, as many as a change of context length or load shall take to show. */
const TIMES_KEPT = 16;
/** A draft must promise this much more than no draft: it also costs the unmeasured work around a run. */
const LEAST_GAIN = 1.05;
/** After so many refusals for its cost alone, a cost is measured again: it may have been a busy moment's. */
const REFUSALS_UNTIL_FORGOTTEN = 200;

export class DraftPolicy {
  /** By length of the match: how many guesses were right, and how many there were. */
  readonly #right: number[];
  readonly #guesses: number[];
  readonly #singleMs = new RecentValues();
  readonly #furtherTokenCost = new RecentValues();
  #refusals = 0;

  constructor() {
    // A long match has been right more often than a short one in every kind of text.
    this.#right = Array.from(
      { length: LONGEST_MATCH + 1 },
      (_, matched) => (ASSUMED_GUESSES * matched) / (matched + 2),
    );
    this.#guesses = new Array<number>(LONGEST_MATCH + 1).fill(ASSUMED_GUESSES);
  }

  /**
   * The number of drafted tokens that makes most of the time: the expected number of tokens of the run, which are the
   * accepted ones and the model's own after them, over what it costs (Leviathan et al. 2023, section 3.5).
   * @param matched length of the match that the draft follows
   * @param most tokens that there are, or that fit
   * @returns 0 when no draft pays
   */
  length(matched: number, most: number): number {
    if (matched === 0) return 0;
    const cost = this.#furtherTokenCost.typical ?? ASSUMED_COST;
    let best = 0;
    let bestGain = LEAST_GAIN;
    let tokens = 1;
    let allRight = 1;
    for (let length = 1; length <= Math.min(most, LONGEST_DRAFT); length++) {
      allRight *= this.#acceptance(matched + length - 1);
      tokens += allRight;
      const gain = tokens / (1 + cost * length);
      if (gain <= bestGain) continue;
      best = length;
      bestGain = gain;
    }
    if (best === 0 && most > 0 && ++this.#refusals >= REFUSALS_UNTIL_FORGOTTEN) {
      this.#furtherTokenCost.clear();
      this.#refusals = 0;
    }
    return best;
  }

  /** Tells whether a guess was right, verified or not: what the model chose shows it either way. */
  guessed(matched: number, right: boolean): void {
    const group = Math.min(matched, LONGEST_MATCH);
    this.#right[group] = (this.#right[group] ?? 0) * FADING + (right ? 1 : 0);
    this.#guesses[group] = (this.#guesses[group] ?? 0) * FADING + 1;
  }

  /** Tells how long a run of so many tokens took. */
  ran(tokens: number, ms: number): void {
    if (tokens === 1) {
      this.#singleMs.push(ms);
      return;
    }
    const { typical } = this.#singleMs;
    if (typical !== undefined) this.#furtherTokenCost.push(Math.max(0, (ms / typical - 1) / (tokens - 1)));
  }

  /** The probability that a guess after a match of this length is right. */
  #acceptance(matched: number): number {
    const group = Math.min(matched, LONGEST_MATCH);
    return (this.#right[group] ?? 0) / (this.#guesses[group] ?? 1);
  }
}

/** The last few of a stream of values. */
class RecentValues {
  readonly #values: number[] = [];

  push(value: number): void {
    this.#values.push(value);
    if (this.#values.length > TIMES_KEPT) this.#values.shift();
  }

  clear(): void {
    this.#values.length = 0;
  }

  /**
   * The lower quartile, or undefined when there is none: what else the machine does makes a run slower and never faster.
   */
  get typical(): number | undefined {
    return this.#values.toSorted((a, b) => a - b)[Math.floor(this.#values.length / 4)];
  }
}
