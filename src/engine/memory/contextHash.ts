/**
 * The lengths of context that the index finds, shortest first. Each is twice the one before, so that its hash is made of
 * two hashes of half the length.
 */
export const ORDERS = [2, 4, 8] as const;
/** Tokens before a position that its hashes depend on. */
export const TOKENS_HASHED_BEFORE = 7;

/** Joins two 32-bit numbers into one (multiply and shift, as in MurmurHash3's finalizer). */
function join(a: number, b: number): number {
  const mixed = Math.imul(Math.imul(a, 0x9e3779b1) + b, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Hashes of the contexts that end at each position of a row of tokens, one row of hashes an order. */
export class ContextHashes {
  #rows: Int32Array[] = [];
  #size = 0;

  /** Hashes `length` tokens. What {@link of} returns for a context that begins before the first one means nothing. */
  compute(tokens: ArrayLike<number>, length: number): void {
    if (length > this.#size) {
      this.#size = 2 * length;
      this.#rows = ORDERS.map(() => new Int32Array(this.#size));
    }
    let half = tokens;
    let reach = 1;
    for (const row of this.#rows) {
      for (let i = reach; i < length; i++) row[i] = join(half[i - reach] ?? 0, half[i] ?? 0);
      half = row;
      reach *= 2;
    }
  }

  /** @param order index into {@link ORDERS} */
  of(order: number, position: number): number {
    return this.#rows[order]?.[position] ?? 0;
  }
}
