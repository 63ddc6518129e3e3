import { LocalghostError } from "../shared/errors.ts";
import { languageName } from "./languages.ts";
import type { TaskTemplate } from "./template.ts";

/**
 * A value for each of the template's parameters: the one given, else its default. Languages get their English names.
 * @throws LocalghostError `invalidRequest` for a parameter without either
 */
export function resolveValues(
  { title, parameters }: Pick<TaskTemplate, "title" | "parameters">,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const parameter of parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default;
    if (value === undefined || value.trim() === "") {
      throw new LocalghostError(
        "invalidRequest",
        `The task "${title}" needs a value for "${parameter.name}" (${parameter.title}): give it one.`,
      );
    }
    values[parameter.name] = parameter.kind === "language" ? languageName(value) : value;
  }
  return values;
}
