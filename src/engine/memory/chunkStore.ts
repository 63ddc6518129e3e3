import { ChunkTable, NONE } from "./chunkTable.ts";
import { ContextHashes, TOKENS_HASHED_BEFORE } from "./contextHash.ts";
import { REMOVED, Segment } from "./segment.ts";

/** Tokens of one segment. The first ones are small, so that a small workspace takes little memory. */
const LEAST_CAPACITY = 2 ** 14;
const MOST_CAPACITY = 2 ** 20;
/** Dead tokens are cleaned away when they are this share of the living ones, and more than a small segment. */
const MOST_DEAD = 0.25;

/**
 * Chunks of tokens in segments, which are logs: what changes is marked as removed and appended anew, so that a change
 * costs the chunks that it touches. As in a log-structured file system (Rosenblum and Ousterhout 1992), a cleaner moves
 * the living chunks out of the segment that has most dead tokens, one at a time, and the segment is then dropped. Newer
 * text stands in newer segments and nearer to the head of each chain, so that a search that looks at a bounded number of
 * places sees what was edited last.
 */
export class ChunkStore {
  readonly table = new ChunkTable();
  /** Tokens of chunks that were not removed. */
  live = 0;
  readonly #vocabularySize: number;
  readonly #hashes = new ContextHashes();
  /** By slot. A dropped segment leaves its slot to the next. */
  readonly #slots: (Segment | undefined)[] = [];
  /** Slots, the newest segment first: it alone is appended to. */
  readonly #order: number[] = [];
  #scratch = new Uint32Array(1024);
  /** Tokens of all segments, removed ones included. */
  #used = 0;

  /** @param vocabularySize ids are smaller */
  constructor(vocabularySize: number) {
    this.#vocabularySize = vocabularySize;
  }

  get byteLength(): number {
    return this.#slots.reduce((sum, segment) => sum + (segment?.byteLength ?? 0), this.table.byteLength);
  }

  /** Slots of the segments, those with the newest text first. */
  get segments(): readonly number[] {
    return this.#order;
  }

  /** The segment of a slot that {@link segments} or a chunk names. */
  segment(slot: number): Segment {
    const segment = this.#slots[slot];
    if (!segment) throw new Error(`There is no segment ${slot} in the memory.`);
    return segment;
  }

  /** The tokens of a chunk, in place: they are valid until the next change. */
  tokensOf(chunk: number): Uint16Array | Uint32Array {
    const { table } = this;
    const start = table.start[chunk] ?? 0;
    const { tokens } = this.segment(table.segment[chunk] ?? 0);
    return tokens.subarray(start, start + (table.length[chunk] ?? 0));
  }

  /** Appends the tokens of a chunk, whose earlier neighbours are linked and written. */
  write(chunk: number, tokens: ArrayLike<number>): void {
    const { table } = this;
    const { length } = tokens;
    const before = this.#gather(chunk, tokens);
    this.#hashes.compute(this.#scratch, before + length);
    const slot = this.#roomFor(length);
    const { start, entry } = this.segment(slot).append(chunk, this.#scratch, before, length, this.#hashes);
    table.length[chunk] = length;
    table.segment[chunk] = slot;
    table.start[chunk] = start;
    table.entry[chunk] = entry;
    this.live += length;
    this.#used += length;
  }

  /** Writes a chunk anew, to a newer segment or because its neighbours have changed. */
  rewrite(chunk: number): void {
    const tokens = this.tokensOf(chunk).slice();
    this.remove(chunk);
    this.write(chunk, tokens);
  }

  /** Takes the tokens of a chunk out; its number stays its owner's. */
  remove(chunk: number): void {
    const { table } = this;
    const slot = table.segment[chunk] ?? 0;
    const length = table.length[chunk] ?? 0;
    this.segment(slot).remove(table.entry[chunk] ?? 0, length);
    this.live -= length;
    this.#dropIfDead(slot);
  }

  /**
   * Moves one chunk out of the segment with most dead tokens, if there are too many.
   * @returns whether there was something to do
   */
  clean(): boolean {
    if (this.#used - this.live <= Math.max(MOST_DEAD * this.live, LEAST_CAPACITY)) return false;
    const worst = this.#order.toSorted((a, b) => this.#deadShare(b) - this.#deadShare(a))[0] ?? 0;
    if (worst === this.#order[0]) this.#openSegment(0);
    // One of which nothing lived is gone as soon as it is sealed.
    const chunk = this.#slots[worst]?.oldestChunk() ?? REMOVED;
    if (chunk !== REMOVED) this.rewrite(chunk);
    return true;
  }

  #deadShare(slot: number): number {
    const { length, live } = this.segment(slot);
    return length === 0 ? 0 : (length - live) / length;
  }

  /** Puts tokens after those that the hashes of the first ones depend on, and tells how many these are. */
  #gather(chunk: number, tokens: ArrayLike<number>): number {
    const before: number[] = [];
    const { previous } = this.table;
    for (let at = previous[chunk] ?? NONE; at !== NONE && before.length < TOKENS_HASHED_BEFORE;) {
      const earlier = this.tokensOf(at);
      for (let i = earlier.length - 1; i >= 0 && before.length < TOKENS_HASHED_BEFORE; i--) {
        before.push(earlier[i] ?? 0);
      }
      at = previous[at] ?? NONE;
    }
    const total = before.length + tokens.length;
    if (total > this.#scratch.length) this.#scratch = new Uint32Array(2 * total);
    this.#scratch.set(before.reverse());
    this.#scratch.set(tokens, before.length);
    return before.length;
  }

  #roomFor(length: number): number {
    const [newest] = this.#order;
    const segment = newest === undefined ? undefined : this.#slots[newest];
    if (newest !== undefined && segment && segment.length + length <= segment.capacity) return newest;
    return this.#openSegment(length);
  }

  #openSegment(length: number): number {
    let capacity = LEAST_CAPACITY;
    while (capacity < length || (capacity < this.live && capacity < MOST_CAPACITY)) capacity *= 2;
    const [sealed] = this.#order;
    const free = this.#slots.indexOf(undefined);
    const slot = free === -1 ? this.#slots.length : free;
    this.#slots[slot] = new Segment(capacity, this.#vocabularySize);
    this.#order.unshift(slot);
    if (sealed !== undefined) this.#dropIfDead(sealed);
    return slot;
  }

  /** A segment that is no longer appended to and of which nothing lives gives its memory back. */
  #dropIfDead(slot: number): void {
    const segment = this.#slots[slot];
    if (!segment || segment.live > 0 || slot === this.#order[0]) return;
    this.#used -= segment.length;
    this.#slots[slot] = undefined;
    this.#order.splice(this.#order.indexOf(slot), 1);
  }
}
