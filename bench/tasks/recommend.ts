import { type Recommendation, MAIN_FIGURE, type TaskTable } from "./result.ts";

/**
 * How a task should be asked by default: generation without examples, unless another way is better beyond doubt. Only
 * what the built-in template can do by itself is looked at.
 */
export function recommend({ task, rows }: TaskTable): Recommendation {
  const figure = MAIN_FIGURE[task];
  const better = rows
    .filter(({ setup, gain }) => setup && setup.source !== "own" && setup.variant === undefined && (gain?.low ?? 0) > 0)
    .sort((a, b) => (b.figures[figure]?.value ?? 0) - (a.figures[figure]?.value ?? 0));
  const zeroShot = rows.find(({ setup, gain }) => setup && gain === undefined);
  const chosen = better[0] ?? zeroShot;
  if (!chosen?.setup) throw new Error(`Nothing was measured of ${task}.`);
  const { mode, shots } = chosen.setup;
  return { task, mode, shots, name: chosen.name };
}
