import { languageName } from "./languages.ts";
import type { TaskExample, TaskTemplate } from "./template.ts";

/**
 * The examples that a prompt may have, oldest first: the template's, then the user's own, which stand nearest to the
 * prompt. Of a task between languages, those of the same languages.
 * @param values resolved: see `resolveValues`
 */
export function fittingExamples(
  { parameters, examples }: Pick<TaskTemplate, "parameters" | "examples">,
  own: readonly TaskExample[],
  values: Readonly<Record<string, string>>,
): TaskExample[] {
  const languages = parameters.filter(({ kind }) => kind === "language");
  return [...examples, ...own].filter((example) =>
    languages.every((parameter) => {
      const value = example.values?.[parameter.name] ?? parameter.default;
      return value !== undefined && languageName(value) === values[parameter.name];
    }),
  );
}
