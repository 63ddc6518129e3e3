import type { Features } from "./gate.ts";

/**
 * The gate for what the memory of the workspace had a say in: its probabilities are others, and so is how far they hold.
 * Written by `npm run bench:memory -- --only ghostText --fit --write`.
 */
export const MEMORY_GATE_WEIGHTS: Features = {
  bias: 1.001,
  logprob: 1.054,
  leastLogprob: 1.194,
  tokens: -0.253,
  characters: -0.012,
  isNewLine: 0.162,
  isInWord: 0.508,
  isSeen: 1.029,
  seenContext: 0.009,
};
