/** Candidates looked at for the longest match; more than these few most recent ones rarely match longer. */
const MOST_CANDIDATES = 32;
/** A longer match promises no more than one of this length. */
const LONGEST_MATCH = 32;
/** Ids are smaller, so that a pair of them is one exact number. */
const ID_LIMIT = 2 ** 26;

export interface Proposal {
  /** How many tokens at the text's end stand in the same order before the proposed ones; 0 when nothing matches. */
  readonly matched: number;
  readonly tokens: readonly number[];
}

const NOTHING: Proposal = { matched: 0, tokens: [] };

/**
 * Guesses how a text goes on from what it says already: the tokens that followed the longest earlier occurrence of its
 * end ("prompt lookup decoding", Saxena 2023). Positions with the same pair of tokens are chained, as LZ77 coders do
 * (RFC 1951, section 4), so adding a token is one look-up and a guess looks at a bounded number of places.
 */
export class PromptLookup {
  readonly #ids: number[] = [];
  /** The last position of each pair of tokens. */
  readonly #newest = new Map<number, number>();
  /** The position before it that has the same pair, or -1. */
  readonly #older: number[] = [];

  constructor(ids: readonly number[]) {
    for (const id of ids) this.push(id);
  }

  push(id: number): void {
    const pair = (this.#ids.at(-1) ?? 0) * ID_LIMIT + id;
    const position = this.#ids.push(id) - 1;
    this.#older.push(position > 0 ? (this.#newest.get(pair) ?? -1) : -1);
    if (position > 0) this.#newest.set(pair, position);
  }

  /** The `most` tokens that may come next. Of equally long matches the most recent one speaks. */
  propose(most: number): Proposal {
    let best = -1;
    let matched = 0;
    let candidate = this.#older.at(-1) ?? -1;
    for (let looked = 0; candidate !== -1 && looked < MOST_CANDIDATES && matched < LONGEST_MATCH; looked++) {
      const length = this.#sharedEnd(candidate);
      if (length > matched) {
        matched = length;
        best = candidate;
      }
      candidate = this.#older[candidate] ?? -1;
    }
    if (best === -1 || most <= 0) return NOTHING;
    const tokens: number[] = [];
    // Past the end of the text the proposal itself goes on: a text in a loop stays in it.
    const { length } = this.#ids;
    for (let i = best + 1; tokens.length < most; i++) tokens.push(i < length ? this.#id(i) : (tokens[i - length] ?? 0));
    return { matched, tokens };
  }

  /** How many tokens up to `position` are the same as at the end of the text. */
  #sharedEnd(position: number): number {
    const end = this.#ids.length - 1;
    let length = 0;
    while (length < LONGEST_MATCH && position >= length && this.#ids[position - length] === this.#ids[end - length]) {
      length++;
    }
    return length;
  }

  #id(position: number): number {
    return this.#ids[position] ?? 0;
  }
}
