import type { Features } from "./gate.ts";

/** Written by `npm run replay -- --fit --write`. */
export const GATE_WEIGHTS: Features = {
  bias: 0.657,
  logprob: 0.219,
  leastLogprob: 1.296,
  tokens: -0.349,
  characters: -0.614,
  isNewLine: -0.017,
  isInWord: 0.504,
  isSeen: -0.299,
  seenContext: 1.405,
};
