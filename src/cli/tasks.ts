import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError, toLocalghostError } from "../shared/errors.ts";
import { BUILTIN_TEMPLATES } from "../prompts/builtin/index.ts";
import { checkExample, idFrom, parseTemplate } from "../prompts/parseTemplate.ts";
import type { TaskExample, TaskTemplate } from "../prompts/template.ts";

/** Where a workspace keeps its own tasks, as the extension finds them. */
export const PROMPTS_FOLDER = path.join(".localghost", "prompts");

/** What else a built-in task is called. */
const ALIASES: Readonly<Record<string, string>> = { ask: "answer" };

/** A task of a file of the current folder, or why it is none. */
export type FileTask = { readonly template: TaskTemplate } | { readonly error: LocalghostError };

/** The tasks of the current folder's files. */
export function folderTasks(folder = PROMPTS_FOLDER): FileTask[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().map((file) => {
    try {
      return { template: readTemplate(path.join(folder, file)) };
    } catch (error) {
      return { error: toLocalghostError(error) };
    }
  });
}

/** The task of that name: of the current folder, or built in; undefined when there is none. */
export function findTask(name: string, folder = PROMPTS_FOLDER): TaskTemplate | undefined {
  const id = ALIASES[name] ?? name;
  const own = folderTasks(folder).flatMap((task) => ("template" in task ? [task.template] : []));
  return [...own, ...BUILTIN_TEMPLATES].find((template) => template.id === id);
}

/** @throws LocalghostError `invalidRequest` that names the file */
export function readTemplate(file: string): TaskTemplate {
  return naming(file, () => parseTemplate(readJson(file), idFrom(path.basename(file, ".json"))));
}

/**
 * Examples from a file: a JSON list, or an object a line. Those that name no language have that of the request.
 * @throws LocalghostError `invalidRequest` that names the file
 */
export function readExamples(
  file: string,
  { parameters }: TaskTemplate,
  values: Readonly<Record<string, string>>,
): TaskExample[] {
  const languages = Object.fromEntries(
    parameters.flatMap(({ name, kind }) =>
      kind === "language" && values[name] !== undefined ? [[name, values[name]] as const] : [],
    ),
  );
  return naming(file, () => {
    const items = file.endsWith(".jsonl") ? readJsonLines(file) : readJson(file);
    if (!Array.isArray(items)) throw new LocalghostError("invalidRequest", "Examples must be a list.");
    return items.map((item: unknown, i) => checkExample(withValues(item, languages), ["examples", i], parameters));
  });
}

function withValues(item: unknown, languages: Readonly<Record<string, string>>): unknown {
  if (typeof item !== "object" || item === null || Object.keys(languages).length === 0) return item;
  const { values } = item as { values?: unknown };
  if (values !== undefined && (typeof values !== "object" || values === null)) return item;
  return { ...item, values: { ...languages, ...values } };
}

/** Puts the file's name before what is wrong with it. */
function naming<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { kind, message } = toLocalghostError(error);
    throw new LocalghostError(kind, `${file}: ${message}`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw new LocalghostError("invalidRequest", "It cannot be read: check its name.", { cause });
  }
}

function readJson(file: string): unknown {
  return parseJson(readText(file), "It is not valid JSON.");
}

function readJsonLines(file: string): unknown[] {
  const lines = readText(file).split("\n");
  return lines.flatMap((line, i) =>
    line.trim() === "" ? [] : [parseJson(line, `Line ${i + 1} is not valid JSON: write one object a line.`)],
  );
}

function parseJson(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LocalghostError("invalidRequest", complaint, { cause });
  }
}
