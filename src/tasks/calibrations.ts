import type { Calibration } from "./calibration.ts";

/**
 * What was learnt on held-out records, by model, task and mode: written by `npm run bench:tasks -- --write`. Empty where
 * nothing was measured, or where too few answers were right to learn from.
 */
export const CALIBRATIONS: readonly Calibration[] = [
  {
    model: "localghost-nano",
    task: "answer",
    mode: "rank",
    intercept: 1.331,
    weights: { meanLogprob: -0.1087, logShare: 1.272 },
  },
];
