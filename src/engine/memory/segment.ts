import { type ContextHashes, ORDERS } from "./contextHash.ts";

/** Ids of a vocabulary of GPT-2's size and less take two bytes each. */
const SMALL_VOCABULARY = 2 ** 16;
/** Of a chunk that was removed. */
export const REMOVED = -1;
const NO_CHAIN = new Int32Array();

/**
 * A log of tokens with hash chains through it, as LZ77 coders keep them (RFC 1951, section 4): for each order the last
 * position in a bucket of contexts, and for each position the one before it in its bucket.
 *
 * Chunks are only ever appended. One that is removed is marked, and its positions stay in the chains until the whole
 * segment is dropped: nothing has to be unlinked, and a position costs one number an order.
 */
export class Segment {
  readonly tokens: Uint16Array | Uint32Array;
  /** Tokens in it, those of removed chunks included. */
  length = 0;
  /** Tokens of chunks that were not removed. */
  live = 0;
  /** By order: the newest position of each bucket, or -1. */
  readonly #newest: readonly Int32Array[];
  /** By order: the next older position of the same bucket, or -1. */
  readonly #older: readonly Int32Array[];
  readonly #shift: number;
  /** Where each chunk begins, ascending, and the chunk's number or {@link REMOVED}. */
  readonly #starts: number[] = [];
  readonly #chunks: number[] = [];
  /** Entries before it are of chunks that were removed. */
  #cleaned = 0;

  /** @param capacity tokens that fit, a power of two */
  constructor(capacity: number, vocabularySize: number) {
    this.tokens = vocabularySize <= SMALL_VOCABULARY ? new Uint16Array(capacity) : new Uint32Array(capacity);
    // Half as many buckets as positions: contexts repeat.
    const buckets = capacity / 2;
    this.#shift = 32 - Math.log2(buckets);
    this.#newest = ORDERS.map(() => new Int32Array(buckets).fill(-1));
    this.#older = ORDERS.map(() => new Int32Array(capacity));
  }

  get capacity(): number {
    return this.tokens.length;
  }

  get byteLength(): number {
    const chains = [...this.#newest, ...this.#older].reduce((sum, { byteLength }) => sum + byteLength, 0);
    // A number in an array takes eight bytes at most.
    return this.tokens.byteLength + chains + 16 * this.#starts.length;
  }

  /** A chunk that was not removed, the oldest one; REMOVED when there is none. */
  oldestChunk(): number {
    while (this.#cleaned < this.#chunks.length && this.#chunks[this.#cleaned] === REMOVED) this.#cleaned++;
    return this.#chunks[this.#cleaned] ?? REMOVED;
  }

  /**
   * Appends a chunk that fits.
   * @param tokens those of the chunk after `before` tokens that stand before it in its file
   * @param hashes of all of `tokens`
   * @returns where it begins, and its number among this segment's chunks
   */
  append(
    chunk: number,
    tokens: ArrayLike<number>,
    before: number,
    length: number,
    hashes: ContextHashes,
  ): { start: number; entry: number } {
    const start = this.length;
    for (let i = 0; i < length; i++) this.tokens[start + i] = tokens[before + i] ?? 0;
    for (const [order, reach] of ORDERS.entries()) {
      const newest = this.#newest[order] ?? NO_CHAIN;
      const older = this.#older[order] ?? NO_CHAIN;
      for (let i = 0; i < length; i++) {
        if (before + i + 1 < reach) {
          older[start + i] = -1;
          continue;
        }
        const bucket = hashes.of(order, before + i) >>> this.#shift;
        older[start + i] = newest[bucket] ?? -1;
        newest[bucket] = start + i;
      }
    }
    this.length += length;
    this.live += length;
    this.#starts.push(start);
    return { start, entry: this.#chunks.push(chunk) - 1 };
  }

  remove(entry: number, length: number): void {
    this.#chunks[entry] = REMOVED;
    this.live -= length;
  }

  /** The newest position whose context may have this hash, or -1. */
  first(order: number, hash: number): number {
    return this.#newest[order]?.[hash >>> this.#shift] ?? -1;
  }

  /** The next older one, or -1. */
  after(order: number, position: number): number {
    return this.#older[order]?.[position] ?? -1;
  }

  /** The chunk that holds a position, or {@link REMOVED}. O(log chunks) */
  chunkAt(position: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return this.#chunks[low] ?? REMOVED;
  }
}
