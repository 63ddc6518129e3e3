import type { LanguageModel, Sequence } from "./model/languageModel.ts";

/** Going back and forth between a few files, each with a window or two, finds them all. */
const MOST_SEQUENCES = 8;
const DEFAULT_MOST_BYTES = 256e6;

export interface IdleSequencesLimits {
  count?: number;
  bytes?: number;
}

/**
 * The sequences of all models that no request uses, kept for later requests: not too many, and together no larger than
 * the user allows. One is kept whatever it takes, since without it each keystroke would read the whole text again.
 */
export class IdleSequences {
  readonly #most: number;
  #mostBytes: number;
  /** Least recently used first. */
  #entries: { model: LanguageModel; sequence: Sequence }[] = [];

  constructor({ count = MOST_SEQUENCES, bytes = DEFAULT_MOST_BYTES }: IdleSequencesLimits = {}) {
    this.#most = count;
    this.#mostBytes = bytes;
  }

  /** Memory that all of them take. */
  get byteLength(): number {
    return this.#entries.reduce((sum, { sequence }) => sum + sequence.byteLength, 0);
  }

  /** The sequences of one model, least recently used first. */
  of(model: LanguageModel): Sequence[] {
    return this.#entries.filter((entry) => entry.model === model).map(({ sequence }) => sequence);
  }

  /** Whether a further sequence of so many bytes would push another one out. */
  isFull(bytes: number): boolean {
    return this.#entries.length >= this.#most || this.byteLength + bytes > this.#mostBytes;
  }

  /** Changes the bound, and frees what is beyond it. */
  limit(bytes: number): void {
    this.#mostBytes = bytes;
    this.#trim();
  }

  /** Adds a sequence as the most recently used, and frees those for which there is no room any more. */
  add(model: LanguageModel, sequence: Sequence): void {
    this.#entries.push({ model, sequence });
    this.#trim();
  }

  /** Takes a sequence out, to be used. */
  take(sequence: Sequence): void {
    this.#entries = this.#entries.filter((entry) => entry.sequence !== sequence);
  }

  /** Frees all sequences of a model. */
  disposeOf(model: LanguageModel): void {
    for (const sequence of this.of(model)) {
      this.take(sequence);
      sequence.dispose();
    }
  }

  #trim(): void {
    while (this.#entries.length > 1 && (this.#entries.length > this.#most || this.byteLength > this.#mostBytes)) {
      this.#entries.shift()?.sequence.dispose();
    }
  }
}
