import * as l10n from "@vscode/l10n";
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
        l10n.t('The task "{0}" needs a value for "{1}" ({2}): give it one.', title, parameter.name, parameter.title),
      );
    }
    values[parameter.name] = parameter.kind === "language" ? languageName(value) : value;
  }
  return values;
}
