/** How the playground's generations can be steered, with the range of each control. The page and the check share it. */
export interface ControlRange {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly default: number;
}

export const CONTROL_RANGES = {
  /** 0 takes the likeliest token. */
  temperature: { least: 0, most: 2, step: 0.05, default: 0.8 },
  /** 0 keeps all tokens. */
  topK: { least: 0, most: 200, step: 1, default: 40 },
  /** 1 keeps all tokens. */
  topP: { least: 0.01, most: 1, step: 0.01, default: 1 },
  /** 0 keeps all tokens. */
  minP: { least: 0, most: 1, step: 0.01, default: 0 },
  /** 1 is off. */
  repetitionPenalty: { least: 1, most: 2, step: 0.05, default: 1 },
  maxTokens: { least: 1, most: 1024, step: 1, default: 40 },
  alternatives: { least: 1, most: 8, step: 1, default: 1 },
} as const satisfies Record<string, ControlRange>;

export type ControlName = keyof typeof CONTROL_RANGES;
export const CONTROL_NAMES = Object.keys(CONTROL_RANGES) as ControlName[];

/** The largest seed. */
export const MOST_SEED = 2 ** 32 - 1;

/** The number that is nearest to a value and in the control's range; its default where the value is no number. */
export function inRange(name: ControlName, value: number): number {
  const { least, most, step, default: usual } = CONTROL_RANGES[name];
  if (!Number.isFinite(value)) return usual;
  const whole = step === 1 ? Math.round(value) : value;
  return Math.min(most, Math.max(least, whole));
}
