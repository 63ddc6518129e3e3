import type { Features } from "./gate.ts";

/**
 * The gate where the memory of the workspace is mixed in: its probabilities are others, and so is how far they hold.
 * Written by `npm run bench:memory -- --only ghostText --fit --write`.
 */
export const MEMORY_GATE_WEIGHTS: Features = {
  bias: 0.984,
  logprob: 1.028,
  leastLogprob: 1.196,
  tokens: -0.255,
  characters: -0.023,
  isNewLine: 0.174,
  isInWord: 0.533,
  isSeen: 0.918,
  seenContext: 0.049,
};
