/** Longer answers of a base model wander off. */
const MOST_TOKENS = 256;

/** The most tokens of an answer: a quarter of a small context, so that the conversation has the rest. */
export function answerLimit(contextLength: number): number {
  return Math.min(MOST_TOKENS, Math.floor(contextLength / 4));
}
