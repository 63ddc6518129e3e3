import type { TaskTemplate } from "./template.ts";

/** What a pattern may name besides its parameters. */
export const RESERVED_NAMES = ["input", "output", "dialogue"] as const;

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

/** The names in braces that a pattern has, in order, as often as they stand there. */
export function placeholdersOf(pattern: string): string[] {
  return [...pattern.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** Puts values in the places of their names, all at once: what looks like a placeholder in a value is left as it is. */
export function fillPattern(pattern: string, values: Readonly<Record<string, string>>): string {
  return pattern.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : whole,
  );
}

/** A pattern taken apart. */
export interface PatternParts {
  /** Up to `{output}`. */
  readonly before: string;
  /** After `{output}`: closes an example. */
  readonly after: string;
  /** What an earlier turn of the dialogue looks like, which is all that stands after `{dialogue}`. */
  readonly turn: string | undefined;
}

export function partsOf({ pattern }: Pick<TaskTemplate, "pattern">): PatternParts {
  const [before = "", after = ""] = pattern.split("{output}");
  const [, turn] = pattern.split("{dialogue}");
  return { before, after, turn };
}
