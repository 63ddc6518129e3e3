import type { LanguageModel, Sequence } from "./model/languageModel.ts";

/** Going back and forth between a few files finds them all. */
const MOST_SEQUENCES = 4;
/** What all cached sequences of a model may take together; one is kept even if it takes more. */
const MOST_BYTES = 512e6;

/**
 * The sequences of one model that are worth keeping between requests. A request takes the one that shares the longest
 * beginning with its prompt, so that only the rest has to be computed; the least recently used one makes room.
 */
export class SequencePool {
  private readonly model: LanguageModel;
  private readonly size: number;
  /** Not in use now, least recently used first. */
  private readonly idle: Sequence[] = [];

  constructor(model: LanguageModel, size = poolSize(model)) {
    this.model = model;
    this.size = size;
  }

  /**
   * Takes a sequence, rewound to what it shares with `tokens`. At least the last token is left to compute, since its
   * logits are wanted. Give it back with {@link release}.
   */
  acquire(tokens: readonly number[]): Sequence {
    const sequence = this.mostShared(tokens) ?? (this.idle.length < this.size ? undefined : this.idle[0]);
    if (!sequence) return this.model.newSequence();
    this.idle.splice(this.idle.indexOf(sequence), 1);
    sequence.rewindTo(Math.min(sharedLength(sequence.tokens, tokens), Math.max(0, tokens.length - 1)));
    return sequence;
  }

  /** Puts a sequence back as the most recently used. */
  release(sequence: Sequence): void {
    this.idle.push(sequence);
    if (this.idle.length > this.size) this.idle.shift()?.dispose();
  }

  /**
   * The sequence that shares most with `tokens`. One that shares a small part is left for the text it belongs to: all
   * prompts begin alike, with the same words of a header or the same first letter.
   */
  private mostShared(tokens: readonly number[]): Sequence | undefined {
    let best: Sequence | undefined;
    let bestLength = 0;
    for (const sequence of this.idle) {
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

function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

function poolSize({ bytesPerSequence }: LanguageModel): number {
  return Math.max(1, Math.min(MOST_SEQUENCES, Math.floor(MOST_BYTES / bytesPerSequence)));
}
