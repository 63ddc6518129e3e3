import type { Tokenizer } from "./tokenizer.ts";

/** Words kept; the words of a large project fit. Some 200 bytes each. */
const MOST_WORDS = 100_000;

/**
 * Encodes a lot of text: each word that the tokenizer's pattern cuts out is looked up, and encoded when it is new. Code
 * repeats its words, so this is several times as fast as the tokenizer alone, and gives the same ids.
 */
export class WordEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #idsOf = new Map<string, readonly number[]>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  encode(text: string): number[] {
    const { words } = this.#tokenizer;
    // A tokenizer with a pattern of its own does it all itself.
    if (!words) return this.#tokenizer.encode(text);
    const ids: number[] = [];
    for (const word of text.toWellFormed().match(words) ?? []) {
      let known = this.#idsOf.get(word);
      if (!known) {
        known = this.#tokenizer.encode(word);
        if (this.#idsOf.size >= MOST_WORDS) this.#idsOf.clear();
        // A copy: a slice would keep the whole text that it was cut from in memory.
        this.#idsOf.set(Buffer.from(word, "utf8").toString("utf8"), known);
      }
      for (const id of known) ids.push(id);
    }
    return ids;
  }
}
