import { IdleSequences } from "./idleSequences.ts";
import type { LanguageModel, Sequence } from "./model/languageModel.ts";

/**
 * The sequences of one model that are worth keeping between requests. A request takes the one that shares the longest
 * beginning with its prompt, so that only the rest has to be computed; the least recently used one makes room.
 */
export class SequencePool {
  readonly #model: LanguageModel;
  readonly #idle: IdleSequences;

  /** @param idle where sequences are kept, together with those of other models */
  constructor(model: LanguageModel, idle = new IdleSequences()) {
    this.#model = model;
    this.#idle = idle;
  }

  /**
   * Takes a sequence, rewound to what it shares with `tokens`. At least the last token is left to compute, since its
   * logits are wanted. Give it back with {@link release}.
   */
  acquire(tokens: readonly number[]): Sequence {
    const sequence = this.#mostShared(tokens) ?? this.#leastRecentIfFull(tokens.length);
    if (!sequence) return this.#model.newSequence();
    this.#idle.take(sequence);
    sequence.rewindTo(Math.min(sharedLength(sequence.tokens, tokens), Math.max(0, tokens.length - 1)));
    return sequence;
  }

  /** Whether {@link acquire} would leave no more than the last token to compute. */
  holds(tokens: readonly number[]): boolean {
    return this.#idle.of(this.#model).some((sequence) => sharedLength(sequence.tokens, tokens) >= tokens.length - 1);
  }

  /** Puts a sequence back as the most recently used. */
  release(sequence: Sequence): void {
    this.#idle.add(this.#model, sequence);
  }

  /** Frees what no request uses. */
  dispose(): void {
    this.#idle.disposeOf(this.#model);
  }

  /** Its memory is used again where there is none for another. */
  #leastRecentIfFull(tokenCount: number): Sequence | undefined {
    const { info, bytesPerSequence } = this.#model;
    const needed = (bytesPerSequence * tokenCount) / info.contextLength;
    return this.#idle.isFull(needed) ? this.#idle.of(this.#model)[0] : undefined;
  }

  /**
   * The sequence that shares most with `tokens`. One that shares a small part is left for the text it belongs to: all
   * prompts begin alike, with the same words of a header or the same first letter.
   */
  #mostShared(tokens: readonly number[]): Sequence | undefined {
    let best: Sequence | undefined;
    let bestLength = 0;
    for (const sequence of this.#idle.of(this.#model)) {
      const length = sharedLength(sequence.tokens, tokens);
      const held = sequence.tokens.length;
      const isSmallPart = 2 * length < Math.min(held, tokens.length) || (length === 0 && held > 0);
      if (isSmallPart || (best && length <= bestLength)) continue;
      best = sequence;
      bestLength = length;
    }
    return best;
  }
}

/** How many tokens two texts have in common from the beginning. */
export function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}
