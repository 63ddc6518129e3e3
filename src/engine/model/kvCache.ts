import type { Gpt2Config } from "./gpt2Config.ts";

/** Capacity grows in steps of so many tokens: a larger cache costs attention time even where it is empty. */
export const CAPACITY_STEP = 128;

/** The shape that decides the size of a cache. */
export type CacheShape = Pick<Gpt2Config, "layers" | "heads" | "headDim" | "contextLength">;

/**
 * Keys and values of one sequence, layer by layer, in float32 arrays that we own and the graph only reads.
 *
 * Keys stand transposed, `[heads, head_dim, capacity]`, and values as `[heads, capacity, head_dim]`: each is the right
 * operand of its product. What lies at and beyond `length` is masked by the graph, so forgetting is one assignment.
 */
export class KvCache {
  readonly #shape: CacheShape;
  #keyArrays: Float32Array[] = [];
  #valueArrays: Float32Array[] = [];
  #currentLength = 0;
  #currentCapacity = 0;

  constructor(shape: CacheShape) {
    this.#shape = shape;
    this.#reserve(1);
  }

  /** Tokens held. */
  get length(): number {
    return this.#currentLength;
  }

  /** Tokens that fit before the arrays must grow. */
  get capacity(): number {
    return this.#currentCapacity;
  }

  /** A layer's keys `[heads, head_dim, capacity]`. */
  keys(layer: number): Float32Array {
    return this.#keyArrays[layer] ?? missingLayer(layer);
  }

  /** A layer's values `[heads, capacity, head_dim]`. */
  values(layer: number): Float32Array {
    return this.#valueArrays[layer] ?? missingLayer(layer);
  }

  /** Bytes that the arrays take. */
  get byteLength(): number {
    const { layers, heads, headDim } = this.#shape;
    return 2 * 4 * layers * heads * headDim * this.#currentCapacity;
  }

  /**
   * Writes the rows of `count` new tokens after those held.
   * @param newKeys `[layers, heads, head_dim, count]`
   * @param newValues `[layers, heads, count, head_dim]`
   * @throws RangeError past the context length; nothing is written then
   */
  append(newKeys: Float32Array, newValues: Float32Array, count: number): void {
    const { layers, heads, headDim, contextLength } = this.#shape;
    const start = this.#currentLength;
    if (start + count > contextLength) {
      throw new RangeError(`a cache of ${contextLength} tokens cannot hold ${start + count}`);
    }
    this.#reserve(start + count);
    const capacity = this.#currentCapacity;
    for (let layer = 0; layer < layers; layer++) {
      const keys = this.keys(layer);
      const values = this.values(layer);
      for (let row = 0; row < heads * headDim; row++) {
        const from = (layer * heads * headDim + row) * count;
        // set() of one number is slower than an assignment, and decoding appends one at a time.
        if (count === 1) keys[row * capacity + start] = newKeys[from] ?? 0;
        else keys.set(newKeys.subarray(from, from + count), row * capacity + start);
      }
      for (let head = 0; head < heads; head++) {
        const from = (layer * heads + head) * count * headDim;
        values.set(newValues.subarray(from, from + count * headDim), (head * capacity + start) * headDim);
      }
    }
    this.#currentLength = start + count;
  }

  /** Forgets the tokens from position `length` on. */
  rewindTo(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#currentLength) {
      throw new RangeError(`cannot rewind a cache of ${this.#currentLength} tokens to ${length}`);
    }
    this.#currentLength = length;
  }

  /**
   * A new cache of some of the parts that lie side by side in this one, each of as many heads: sequences of one length
   * that advance together. `pick([0, 0], 1)` makes two of one, and `pick([0, 2], 3)` leaves one of three out.
   * @param of how many parts this one has
   */
  pick(parts: readonly number[], of: number): KvCache {
    const { layers, heads } = this.#shape;
    const picked = new KvCache({ ...this.#shape, heads: (heads / of) * parts.length });
    picked.#reserve(this.#currentCapacity);
    const copy = (from: Float32Array, to: Float32Array): void => {
      const size = from.length / of;
      for (const [i, part] of parts.entries()) to.set(from.subarray(part * size, (part + 1) * size), i * size);
    };
    for (let layer = 0; layer < layers; layer++) {
      copy(this.keys(layer), picked.keys(layer));
      copy(this.values(layer), picked.values(layer));
    }
    picked.#currentLength = this.#currentLength;
    return picked;
  }

  #reserve(length: number): void {
    if (length <= this.#currentCapacity) return;
    const { layers, heads, headDim, contextLength } = this.#shape;
    const old = this.#currentCapacity;
    const capacity = Math.min(contextLength, Math.ceil(length / CAPACITY_STEP) * CAPACITY_STEP);
    const held = this.#currentLength;
    for (let layer = 0; layer < layers; layer++) {
      const keys = new Float32Array(heads * headDim * capacity);
      const values = new Float32Array(heads * headDim * capacity);
      const oldKeys = this.#keyArrays[layer];
      const oldValues = this.#valueArrays[layer];
      if (oldKeys && oldValues) {
        for (let row = 0; row < heads * headDim; row++)
          keys.set(oldKeys.subarray(row * old, row * old + held), row * capacity);
        for (let head = 0; head < heads; head++) {
          const from = head * old * headDim;
          values.set(oldValues.subarray(from, from + held * headDim), head * capacity * headDim);
        }
      }
      this.#keyArrays[layer] = keys;
      this.#valueArrays[layer] = values;
    }
    this.#currentCapacity = capacity;
  }
}

function missingLayer(layer: number): never {
  throw new RangeError(`the cache has no layer ${layer}`);
}
