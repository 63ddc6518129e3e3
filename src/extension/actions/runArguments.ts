import { MODES, type Mode } from "../../prompts/template.ts";

/** What a key binding or a code lens gives to `localghost.runTask`; all but the task may be left out. */
export interface RunArguments {
  readonly task: string;
  readonly values: Readonly<Record<string, string>>;
  readonly shots?: number;
  readonly mode?: Mode;
}

/** Reads what a person may have written into keybindings.json; undefined where no task is named. */
export function readRunArguments(value: unknown): RunArguments | undefined {
  if (typeof value !== "object" || value === null || !("task" in value) || typeof value.task !== "string") {
    return undefined;
  }
  const shots = "shots" in value && isCount(value.shots) ? value.shots : undefined;
  const mode = "mode" in value ? MODES.find((word) => word === value.mode) : undefined;
  const values = "values" in value && typeof value.values === "object" ? (value.values ?? {}) : {};
  return {
    task: value.task,
    values: Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
    ...(shots !== undefined && { shots }),
    ...(mode !== undefined && { mode }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
