import type { Features } from "./gate.ts";

/** Written by `npm run replay -- --fit --write`. */
export const GATE_WEIGHTS: Features = {
  bias: 1.272,
  logprob: -0.27,
  leastLogprob: 2.057,
  tokens: -1.491,
  isNewLine: -1.913,
  isInWord: -1.404,
};
