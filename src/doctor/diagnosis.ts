/** How bad it is: `problem` keeps something from working, `warning` makes it worse than it could be. */
export type Level = "ok" | "warning" | "problem";

/** In the order of the report. */
export const CHECKS = [
  "runtime",
  "storage",
  "model",
  "machine",
  "engine",
  "device",
  "speed",
  "settings",
  "workspaceMemory",
] as const;
export type CheckName = (typeof CHECKS)[number];

/** What was found, by technical names that need no translation. None of it may be private. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** What one check has found. */
export interface Diagnosis {
  readonly check: CheckName;
  readonly level: Level;
  /** One sentence: what is so. */
  readonly finding: string;
  /** One sentence: what to do about it. */
  readonly advice?: string;
  readonly facts: Facts;
}
