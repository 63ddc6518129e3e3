import { NONE } from "./chunkTable.ts";
import { ContextHashes, ORDERS } from "./contextHash.ts";
import { REMOVED } from "./segment.ts";
import type { TokenIndex } from "./tokenIndex.ts";

/** A longer match says no more than one of this length. */
export const LONGEST_MATCH = 32;
/** Matches taken of each order, those of the newest text first. */
const MOST_MATCHES = 64;
/** Places looked at for them: others share a bucket or were removed. */
const MOST_STEPS = 256;

/** A place between two tokens of a chunk across which no match reaches: where the user writes. */
export interface Wall {
  readonly chunk: number;
  /** Tokens of the chunk that stand before it; 1 or more. */
  readonly offset: number;
}

/** A place where the end of a text occurs, and the token that follows there. */
export interface Match {
  /** How many tokens are the same, {@link LONGEST_MATCH} at most. */
  readonly length: number;
  /** Where the last of them stands. */
  readonly chunk: number;
  readonly offset: number;
  readonly next: number;
}

/** Bounds of a search, for tests that want all there is. */
export interface SearchBounds {
  readonly matches: number;
  readonly steps: number;
}

const hashes = new ContextHashes();

/**
 * Finds where the end of a text occurs in the index: by the hash of its last tokens, longest order first, and then token
 * by token backwards, so that no match is reported where the text differs. Of each order the matches that are too short
 * for the next longer one are taken; those were taken there.
 * @param context the text's last tokens, {@link LONGEST_MATCH} at least where it has so many
 */
export function findMatches(
  index: TokenIndex,
  context: readonly number[],
  wall?: Wall,
  bounds: SearchBounds = { matches: MOST_MATCHES, steps: MOST_STEPS },
): Match[] {
  const tail = context.slice(-LONGEST_MATCH);
  const last = tail.length - 1;
  hashes.compute(tail, tail.length);
  const found: Match[] = [];
  const { store } = index;
  for (let order = ORDERS.length - 1; order >= 0; order--) {
    const least = ORDERS[order] ?? 0;
    const tooLong = ORDERS[order + 1] ?? Infinity;
    if (tail.length < least) continue;
    const hash = hashes.of(order, last);
    let taken = 0;
    let steps = 0;
    for (const slot of store.segments) {
      const segment = store.segment(slot);
      for (
        let position = segment.first(order, hash);
        position !== -1 && taken < bounds.matches && steps < bounds.steps;
        position = segment.after(order, position)
      ) {
        steps++;
        // Most of what shares a bucket and nothing else ends here, without a look at its chunk.
        if (segment.tokens[position] !== tail[last]) continue;
        const chunk = segment.chunkAt(position);
        if (chunk === REMOVED) continue;
        const offset = position - (store.table.start[chunk] ?? 0);
        const length = sharedEnd(index, chunk, offset, tail, wall);
        if (length < least || length >= tooLong) continue;
        const next = tokenAfter(index, chunk, offset);
        if (next === NONE) continue;
        taken++;
        found.push({ length, chunk, offset, next });
      }
    }
  }
  return found;
}

/** The token that follows a place, or {@link NONE} at the end of its file. */
export function tokenAfter({ store }: TokenIndex, chunk: number, offset: number): number {
  const { table } = store;
  if (offset + 1 < (table.length[chunk] ?? 0)) return store.tokensOf(chunk)[offset + 1] ?? NONE;
  const next = table.next[chunk] ?? NONE;
  return next === NONE ? NONE : (store.tokensOf(next)[0] ?? NONE);
}

/** The tokens that follow a match in its file, `most` at most. */
export function continuationOf({ store }: TokenIndex, { chunk, offset }: Match, most: number): number[] {
  const tokens: number[] = [];
  let start = offset + 1;
  for (let at = chunk; at !== NONE && tokens.length < most; at = store.table.next[at] ?? NONE) {
    for (const token of store.tokensOf(at).subarray(start, start + most - tokens.length)) tokens.push(token);
    start = 0;
  }
  return tokens;
}

/** How many tokens up to a place are the same as at the end of the text, without crossing the wall. */
function sharedEnd(
  { store }: TokenIndex,
  chunk: number,
  offset: number,
  tail: readonly number[],
  wall: Wall | undefined,
): number {
  // What follows would be what stands after the cursor.
  if (wall?.chunk === chunk && offset === wall.offset - 1) return 0;
  let length = 0;
  let at = chunk;
  let end = offset;
  while (at !== NONE) {
    const tokens = store.tokensOf(at);
    const stop = wall?.chunk === at && end >= wall.offset ? wall.offset : 0;
    for (let i = end; i >= stop; i--) {
      if (tokens[i] !== tail[tail.length - 1 - length]) return length;
      if (++length === tail.length) return length;
    }
    if (stop > 0) return length;
    at = store.table.previous[at] ?? NONE;
    end = at === NONE ? 0 : (store.table.length[at] ?? 0) - 1;
    if (wall?.chunk === at && wall.offset === end + 1) return length;
  }
  return length;
}
