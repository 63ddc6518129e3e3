/** How well a model does a task, as its card says after measuring. */
export const ABILITIES = ["good", "fair", "weak", "none"] as const;
export type Ability = (typeof ABILITIES)[number];

export interface TaskAbility {
  readonly ability: Ability;
  /** One sentence with the figure behind it. */
  readonly note?: string;
}

/**
 * Reads a model's `tasks.json`: task names with how well the model does them. Entries that are not valid say nothing, and
 * neither does a file that is no JSON: a note about a model must not keep it from being used.
 */
export function parseAbilities(json: string): ReadonlyMap<string, TaskAbility> {
  const value = parse(json);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([task, entry]): [string, TaskAbility][] => {
      const ability = readAbility(entry);
      return ability ? [[task, ability]] : [];
    }),
  );
}

function readAbility(entry: unknown): TaskAbility | undefined {
  if (typeof entry !== "object" || entry === null || !("ability" in entry)) return undefined;
  const ability = ABILITIES.find((word) => word === entry.ability);
  if (!ability) return undefined;
  const note = "note" in entry && typeof entry.note === "string" ? entry.note : undefined;
  return note === undefined ? { ability } : { ability, note };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
