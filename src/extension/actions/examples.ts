import type { TaskExample } from "../../prompts/template.ts";

/** Examples by the ids of their tasks, oldest first. */
export type ExamplesByTask = Readonly<Record<string, readonly TaskExample[]>>;

/** Reads the setting, where a person may have typed anything; entries that are no examples are left out. */
export function readExamples(value: unknown): ExamplesByTask | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([task, examples]) => [
      task,
      Array.isArray(examples) ? examples.flatMap((example) => readExample(example) ?? []) : [],
    ]),
  );
}

/** The same with one example more. */
export function withExample(examples: ExamplesByTask, task: string, example: TaskExample): ExamplesByTask {
  return { ...examples, [task]: [...(examples[task] ?? []), example] };
}

function readExample(value: unknown): TaskExample | undefined {
  if (!isObject(value)) return undefined;
  const { input, output, values } = value;
  if (typeof input !== "string" || typeof output !== "string") return undefined;
  if (values === undefined) return { input, output };
  return isObject(values) ? { input, output, values: onlyTexts(values) } : undefined;
}

function onlyTexts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
