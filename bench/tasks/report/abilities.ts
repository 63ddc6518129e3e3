/** What a model's card says of its tasks, by rules, so that nobody's hopes write it. */
import type { Mode } from "../../../src/prompts/template.ts";
import type { TaskName } from "../options.ts";
import { FIGURES, MAIN_FIGURE, type Row, type TasksResult, type TaskTable } from "../result.ts";

export const ABILITIES = ["good", "fair", "weak", "none"] as const;
export type Ability = (typeof ABILITIES)[number];

export interface TaskAbility {
  readonly ability: Ability;
  /** One sentence for the user, with the figure behind it. */
  readonly note: string;
  readonly measured: {
    readonly figure: string;
    readonly value: number;
    /** The interval that holds 95% of resampled records' figures. */
    readonly interval: readonly [number, number];
    readonly bestBaseline: { readonly name: string; readonly value: number };
    readonly records: number;
    readonly mode: Mode;
    readonly shots: number;
    readonly dtype: string;
    readonly date: string;
  };
}

/** From which value of the main figure on answers are mostly usable, and from which on some are. They are our own. */
const THRESHOLDS: Record<TaskName, { readonly good: number; readonly fair: number }> = {
  summarize: { good: 35, fair: 25 },
  answer: { good: 70, fair: 40 },
  translate: { good: 50, fair: 35 },
};

const NOTES: Record<TaskName, Record<Ability, string>> = {
  summarize: {
    good: "It summarizes texts like those that it was trained on well",
    fair: "Its summaries are often usable, and sometimes about something else",
    weak: "Its summaries are seldom better than the first sentence of the text",
    none: "It cannot summarize: the first sentence of a text says more than its summaries do",
  },
  answer: {
    good: "It answers most questions whose answer stands in the text",
    fair: "It answers some questions whose answer stands in the text, and is often wrong",
    weak: "Most of its answers are wrong, even where the text says them",
    none: "It cannot answer questions: its answers are no better than a piece of the text",
  },
  translate: {
    good: "It translates simple sentences well",
    fair: "Its translations give an idea of the meaning, with errors",
    weak: "Its translations have few words right",
    none: "It cannot translate: what it writes has less to do with the translation than the text itself",
  },
};

/** Of each task that was measured, in its recommended setting. */
export function abilitiesOf(result: TasksResult): Record<string, TaskAbility> {
  return Object.fromEntries(
    result.recommendations.flatMap(({ task, mode, shots, name }) => {
      const table = result.tables.find((one) => one.task === task);
      const row = table?.rows.find((one) => one.name === name);
      return table && row ? [[task, abilityOf(result, table, row, { mode, shots })]] : [];
    }),
  );
}

function abilityOf(
  { dtype, date }: TasksResult,
  { task, rows, cases }: TaskTable,
  row: Row,
  setting: { readonly mode: Mode; readonly shots: number },
): TaskAbility {
  const figure = MAIN_FIGURE[task];
  const valueOf = (one: Row): number => one.figures[figure]?.value ?? 0;
  const baseline = rows
    .filter(({ setup }) => !setup)
    .reduce((best, one) => (valueOf(one) > valueOf(best) ? one : best));
  const { value, low, high } = row.figures[figure] ?? { value: 0, low: 0, high: 0 };
  const ability = judge(task, value, low, high, valueOf(baseline));
  return {
    ability,
    note: `${NOTES[task][ability]} (${FIGURES[figure]} ${value.toFixed(1)} of 100 on held-out texts of its training kinds; ${baseline.name}: ${valueOf(baseline).toFixed(1)}).`,
    measured: {
      figure: FIGURES[figure],
      value: round(value),
      interval: [round(low), round(high)],
      bestBaseline: { name: baseline.name, value: round(valueOf(baseline)) },
      records: cases,
      ...setting,
      dtype,
      date,
    },
  };
}

/** What is certainly worse than doing nothing clever is no ability, whatever its figure. */
function judge(task: TaskName, value: number, low: number, high: number, baseline: number): Ability {
  if (high <= baseline) return "none";
  const { good, fair } = THRESHOLDS[task];
  if (low <= baseline) return "weak";
  if (value >= good) return "good";
  return value >= fair ? "fair" : "weak";
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
