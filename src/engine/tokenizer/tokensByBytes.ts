/** The tokens of a vocabulary, found by the bytes that they stand for. */
export class TokensByBytes {
  /** Sorted by their bytes. */
  readonly #sorted: readonly { readonly id: number; readonly bytes: Uint8Array }[];

  /** @param bytesOfIds of each id; absent for those that are not to be found */
  constructor(bytesOfIds: readonly (Uint8Array | undefined)[]) {
    this.#sorted = bytesOfIds
      .flatMap((bytes, id) => (bytes === undefined || bytes.length === 0 ? [] : [{ id, bytes }]))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  }

  /** Whether there is a token of just these bytes. */
  has(bytes: Uint8Array): boolean {
    const token = this.#sorted[this.#lowerBound(bytes)];
    return token !== undefined && Buffer.compare(token.bytes, bytes) === 0;
  }

  /** The ids of all tokens that begin with `bytes`. */
  startingWith(bytes: Uint8Array): number[] {
    const found: number[] = [];
    for (let i = this.#lowerBound(bytes); i < this.#sorted.length; i++) {
      const token = this.#sorted[i];
      if (!token || !startsWith(token.bytes, bytes)) break;
      found.push(token.id);
    }
    return found;
  }

  /** The ids of all tokens that `bytes` begin with, shorter ones than all of them. */
  beginningsOf(bytes: Uint8Array): number[] {
    const found: number[] = [];
    for (let length = 1; length < bytes.length; length++) {
      const beginning = bytes.subarray(0, length);
      for (let i = this.#lowerBound(beginning); i < this.#sorted.length; i++) {
        const token = this.#sorted[i];
        if (token?.bytes.length !== length || !startsWith(token.bytes, beginning)) break;
        found.push(token.id);
      }
    }
    return found;
  }

  /** The index of the first token that does not sort before `bytes`. */
  #lowerBound(bytes: Uint8Array): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (Buffer.compare(this.#sorted[middle]?.bytes ?? bytes, bytes) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return bytes.length >= beginning.length && Buffer.compare(bytes.subarray(0, beginning.length), beginning) === 0;
}
