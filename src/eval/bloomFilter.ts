/**
 * Bloom filter (Bloom 1970): remembers which texts it was given, in few bits each. It never forgets one, and takes a few
 * others for known.
 */
export class BloomFilter {
  readonly hashes: number;
  readonly #bits: Uint32Array;
  readonly #size: number;

  /** @param rate of others that are taken for known once it holds `items` texts */
  constructor(items: number, rate: number) {
    const size = Math.ceil((-Math.max(1, items) * Math.log(rate)) / Math.LN2 ** 2);
    this.#bits = new Uint32Array(Math.ceil(size / 32));
    this.#size = 32 * this.#bits.length;
    this.hashes = Math.max(1, Math.round(-Math.log2(rate)));
  }

  get byteLength(): number {
    return this.#bits.byteLength;
  }

  add(text: string): void {
    for (const bit of this.#bitsOf(text)) this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  has(text: string): boolean {
    for (const bit of this.#bitsOf(text)) if ((((this.#bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 0) return false;
    return true;
  }

  /** The chance that a text it never got is taken for known, from how many bits are set now. */
  falsePositiveRate(): number {
    let set = 0;
    for (const word of this.#bits) set += populationCount(word);
    return (set / this.#size) ** this.hashes;
  }

  /** Two hashes make as many as needed (Kirsch and Mitzenmacher 2006). */
  *#bitsOf(text: string): Generator<number> {
    const first = murmur(text, 0x9747b28c);
    const second = murmur(text, 0x5bd1e995);
    for (let i = 0; i < this.hashes; i++) {
      // Sums of two 32-bit numbers stay exact; the quadratic term keeps runs of bits apart.
      yield (first + i * second + (i * i * i - i) / 6) % this.#size;
    }
  }
}

function populationCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** MurmurHash3 (Austin Appleby, public domain), 32 bits, of UTF-16 code units. */
function murmur(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash ^= k;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
