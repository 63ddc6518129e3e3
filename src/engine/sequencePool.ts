import type { LanguageModel, Sequence } from "./model/languageModel.ts";

/** Cached sequences a model keeps when none is named: going back and forth between a few files finds them all. */
const DEFAULT_SIZE = 4;

/**
 * The sequences of one model that are worth keeping between requests. A request takes the one that shares the longest
 * beginning with its prompt, so that only the rest has to be computed; the least recently used one makes room.
 */
export class SequencePool {
  private readonly model: LanguageModel;
  private readonly size: number;
  /** Not in use now, least recently used first. */
  private readonly idle: Sequence[] = [];

  constructor(model: LanguageModel, size = DEFAULT_SIZE) {
    this.model = model;
    this.size = size;
  }

  /**
   * Takes a sequence, rewound to what it shares with `tokens`. At least the last token is left to compute, since its
   * logits are wanted. Give it back with {@link release}.
   */
  acquire(tokens: readonly number[]): Sequence {
    let best: Sequence | undefined;
    let bestLength = 0;
    for (const sequence of this.idle) {
      const length = sharedLength(sequence.tokens, tokens);
      if (length > bestLength) {
        best = sequence;
        bestLength = length;
      }
    }
    // A sequence that shares next to nothing is left for the text it belongs to, while there is room for another.
    best ??= this.idle.length < this.size ? this.model.newSequence() : (this.idle[0] ?? this.model.newSequence());
    const index = this.idle.indexOf(best);
    if (index !== -1) this.idle.splice(index, 1);
    best.rewindTo(Math.min(bestLength, Math.max(0, tokens.length - 1)));
    return best;
  }

  /** Puts a sequence back as the most recently used. */
  release(sequence: Sequence): void {
    this.idle.push(sequence);
    if (this.idle.length > this.size) this.idle.shift();
  }
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}
