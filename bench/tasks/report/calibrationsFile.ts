import type { Calibration } from "../../../src/tasks/calibration.ts";

/** `src/tasks/calibrations.ts` with what was learnt of one model; what it says of others stays. */
export function calibrationsFile(known: readonly Calibration[], model: string, learnt: readonly Calibration[]): string {
  const all = [...known.filter((one) => one.model !== model), ...learnt];
  return [
    'import type { Calibration } from "./calibration.ts";',
    "",
    "/**",
    " * What was learnt on held-out records, by model, task and mode: written by `npm run bench:tasks -- --write`. Empty where",
    " * nothing was measured, or where too few answers were right to learn from.",
    " */",
    `export const CALIBRATIONS: readonly Calibration[] = [${all.map(literal).join("")}${all.length > 0 ? "\n" : ""}];`,
    "",
  ].join("\n");
}

function literal({ model, task, mode, intercept, weights }: Calibration): string {
  const list = Object.entries(weights).map(([name, weight]) => `${name}: ${number(weight)}`);
  return [
    "\n  {",
    `    model: ${JSON.stringify(model)},`,
    `    task: ${JSON.stringify(task)},`,
    `    mode: ${JSON.stringify(mode)},`,
    `    intercept: ${number(intercept)},`,
    `    weights: { ${list.join(", ")} },`,
    "  },",
  ].join("\n");
}

/** More digits than four would be noise. */
function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
