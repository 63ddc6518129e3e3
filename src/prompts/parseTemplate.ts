import * as l10n from "@vscode/l10n";
import type { SamplingOptions } from "../shared/protocol.ts";
import {
  checkChoice,
  checkCount,
  checkFilledText,
  checkList,
  checkObject,
  checkText,
  describePath,
  type JsonPath,
  refuse,
  TemplateError,
} from "./checkValue.ts";
import { partsOf, placeholdersOf, RESERVED_NAMES } from "./pattern.ts";
import {
  CUTS,
  EXTRACTS,
  LONG_INPUTS,
  MODES,
  SCOPES,
  type TaskExample,
  type TaskParameter,
  type TaskTemplate,
} from "./template.ts";

/** What a template has that does not say otherwise. */
export const TEMPLATE_DEFAULTS = {
  separator: "\n\n",
  leastShots: 0,
  maxTokens: 100,
  sampling: { temperature: 0 },
  cut: "paragraph",
  scope: "paragraph",
  longInput: "dropMiddle",
  mode: "generate",
} as const satisfies Partial<TaskTemplate>;

const FIELDS = [
  "id",
  "title",
  "description",
  "instruction",
  "pattern",
  "separator",
  "parameters",
  "examples",
  "shots",
  "leastShots",
  "stop",
  "maxTokens",
  "sampling",
  "cut",
  "scope",
  "longInput",
  "extract",
  "mode",
] as const satisfies (keyof TaskTemplate)[];

/**
 * A template from JSON, as a user writes it: `title` and `pattern` are enough, the rest has defaults.
 * @param fallbackId for a template without an id of its own, such as its file's name; made of its title when absent
 * @throws TemplateError with the path of the first thing that is wrong, and what would be right
 */
export function parseTemplate(value: unknown, fallbackId?: string): TaskTemplate {
  const fields = checkObject(value, [], ["$schema", ...FIELDS]);
  const title = checkFilledText(fields["title"], ["title"]);
  const pattern = checkPattern(fields["pattern"]);
  const instruction = fields["instruction"] === undefined ? undefined : checkInstruction(fields["instruction"]);
  const separator = optional(fields, "separator", checkText) ?? TEMPLATE_DEFAULTS.separator;
  const named = [...placeholdersOf(pattern), ...placeholdersOf(instruction ?? "")].filter((name) => !isReserved(name));
  const parameters = checkParameters(fields["parameters"], named);
  const examples = checkList(fields["examples"] ?? [], ["examples"], (item, path) =>
    checkExample(item, path, parameters),
  );
  const leastShots = optional(fields, "leastShots", countFrom(0)) ?? TEMPLATE_DEFAULTS.leastShots;
  const shots = optional(fields, "shots", countFrom(0)) ?? Math.max(leastShots, examples.length);
  if (shots < leastShots) refuse(["shots"], l10n.t('"leastShots" ({0}) or more', leastShots), shots);
  const description = optional(fields, "description", checkText);
  const extract = optional(fields, "extract", (item, path) => checkChoice(item, path, EXTRACTS));
  const mode = optional(fields, "mode", (item, path) => checkChoice(item, path, MODES)) ?? TEMPLATE_DEFAULTS.mode;
  if (mode === "rank" && extract === undefined)
    refuse(["extract"], l10n.t('one of {0} for "mode": "rank"', EXTRACTS.join(", ")), extract);
  return {
    id: checkId(fields["id"] ?? fallbackId ?? idFrom(title)),
    title,
    ...(description === undefined ? {} : { description }),
    ...(instruction === undefined ? {} : { instruction }),
    pattern,
    separator,
    parameters,
    examples,
    shots,
    leastShots,
    stop:
      fields["stop"] === undefined ? defaultStop(pattern, separator) : checkList(fields["stop"], ["stop"], checkStop),
    maxTokens: optional(fields, "maxTokens", countFrom(1)) ?? TEMPLATE_DEFAULTS.maxTokens,
    sampling: optional(fields, "sampling", checkSampling) ?? TEMPLATE_DEFAULTS.sampling,
    cut: optional(fields, "cut", (item, path) => checkChoice(item, path, CUTS)) ?? TEMPLATE_DEFAULTS.cut,
    scope: optional(fields, "scope", (item, path) => checkChoice(item, path, SCOPES)) ?? TEMPLATE_DEFAULTS.scope,
    longInput:
      optional(fields, "longInput", (item, path) => checkChoice(item, path, LONG_INPUTS)) ??
      TEMPLATE_DEFAULTS.longInput,
    ...(extract === undefined ? {} : { extract }),
    mode,
  };
}

/**
 * What ends an answer unless the template says otherwise: what follows the output in an example, and the beginning of a
 * next example where that is text.
 */
export function defaultStop(pattern: string, separator: string): string[] {
  const next = separator + (/^[^{]*/.exec(pattern)?.[0] ?? "");
  return [partsOf({ pattern }).after, next].filter((stop) => stop.trim() !== "");
}

/** `Fix the grammar` becomes `fix-the-grammar`. */
export function idFrom(title: string): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .match(/[a-z0-9]+/g);
  return words?.join("-") ?? "task";
}

function optional<T>(
  fields: Readonly<Record<string, unknown>>,
  name: (typeof FIELDS)[number],
  check: (value: unknown, path: JsonPath) => T,
): T | undefined {
  return fields[name] === undefined ? undefined : check(fields[name], [name]);
}

function countFrom(least: number): (value: unknown, path: JsonPath) => number {
  return (value, path) => checkCount(value, path, least);
}

function isReserved(name: string): boolean {
  return (RESERVED_NAMES as readonly string[]).includes(name);
}

function checkId(value: unknown): string {
  if (typeof value === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)) return value;
  return refuse(["id"], l10n.t("lower-case words joined by hyphens"), value);
}

function checkPattern(value: unknown): string {
  const path = ["pattern"];
  const pattern = checkFilledText(value, path);
  const names = placeholdersOf(pattern);
  for (const name of ["input", "output"]) {
    if (names.filter((each) => each === name).length !== 1)
      refuse(path, l10n.t("a text with {0} in it once", `{${name}}`), pattern);
  }
  if (names.filter((name) => name === "dialogue").length > 1)
    refuse(path, l10n.t("a text with {0} in it once at most", "{dialogue}"), pattern);
  if (names.at(-1) !== "output")
    refuse(path, l10n.t("a text with {0} after all other names in braces", "{output}"), pattern);
  return pattern;
}

function checkInstruction(value: unknown): string {
  const instruction = checkFilledText(value, ["instruction"]);
  const reserved = placeholdersOf(instruction).find(isReserved);
  if (reserved !== undefined)
    refuse(["instruction"], l10n.t('a text without {0}, which stands in "pattern"', `{${reserved}}`), instruction);
  return instruction;
}

/** @param named the parameters that pattern and instruction name; texts to ask for, where they are not described */
function checkParameters(value: unknown, named: readonly string[]): TaskParameter[] {
  if (value === undefined) {
    return [...new Set(named)].map((name) => ({ name, title: titleFrom(name), kind: "text" }));
  }
  const parameters = checkList(value, ["parameters"], checkParameter);
  for (const [i, { name, kind }] of parameters.entries()) {
    const path = ["parameters", i, "name"];
    // A language that stands nowhere still chooses the examples.
    if (kind !== "language" && !named.includes(name))
      refuse(path, l10n.t('a name that stands in "pattern" or "instruction" as {0}', `{${name}}`), name);
    if (parameters.findIndex((other) => other.name === name) !== i) refuse(path, l10n.t("a name of its own"), name);
  }
  const unknown = named.find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown !== undefined) {
    throw new TemplateError(
      ["parameters"],
      l10n.t('"parameters" must describe {0}, which the template names.', `{${unknown}}`),
    );
  }
  return parameters;
}

function checkParameter(value: unknown, path: JsonPath): TaskParameter {
  const fields = checkObject(value, path, ["name", "title", "kind", "default"]);
  const name = checkText(fields["name"], [...path, "name"]);
  if (!/^[A-Za-z]+$/.test(name) || isReserved(name)) {
    refuse([...path, "name"], l10n.t("letters, and none of {0}", RESERVED_NAMES.join(", ")), name);
  }
  const preset = fields["default"];
  return {
    name,
    title: fields["title"] === undefined ? titleFrom(name) : checkFilledText(fields["title"], [...path, "title"]),
    kind: checkChoice(fields["kind"] ?? "text", [...path, "kind"], ["text", "language"]),
    ...(preset === undefined ? {} : { default: checkFilledText(preset, [...path, "default"]) }),
  };
}

/** `targetLanguage` becomes `Target language`. */
function titleFrom(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * An input and its output, of a template's own or of the user's.
 * @throws TemplateError
 */
export function checkExample(value: unknown, path: JsonPath, parameters: readonly TaskParameter[]): TaskExample {
  const fields = checkObject(value, path, ["input", "output", "values"]);
  const input = checkText(fields["input"], [...path, "input"]);
  const output = checkFilledText(fields["output"], [...path, "output"]);
  const valuesPath = [...path, "values"];
  const given = checkObject(
    fields["values"] ?? {},
    valuesPath,
    parameters.map(({ name }) => name),
  );
  const values = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, checkFilledText(text, [...valuesPath, name])]),
  );
  for (const { name, default: preset } of parameters) {
    if (preset !== undefined || Object.hasOwn(values, name)) continue;
    throw new TemplateError(valuesPath, l10n.t('{0} must have a value for "{1}".', describePath(valuesPath), name));
  }
  return { input, output, ...(fields["values"] === undefined ? {} : { values }) };
}

function checkStop(value: unknown, path: JsonPath): string {
  return typeof value === "string" && value !== "" ? value : refuse(path, l10n.t("a text that is not empty"), value);
}

/** What is expected is said in the language of who reads it, which is not known yet when this file is loaded. */
const RANGES: Readonly<Record<keyof SamplingOptions, { expected: () => string; holds: (value: number) => boolean }>> = {
  temperature: { expected: () => l10n.t("a number, 0 or more"), holds: (value) => value >= 0 },
  topK: {
    expected: () => l10n.t("a whole number, 0 or more"),
    holds: (value) => Number.isSafeInteger(value) && value >= 0,
  },
  topP: { expected: () => l10n.t("a number above 0 and at most 1"), holds: (value) => value > 0 && value <= 1 },
  minP: { expected: () => l10n.t("a number between 0 and 1"), holds: (value) => value >= 0 && value <= 1 },
  repetitionPenalty: { expected: () => l10n.t("a number above 0"), holds: (value) => value > 0 },
  seed: { expected: () => l10n.t("a whole number"), holds: (value) => Number.isSafeInteger(value) },
};

function checkSampling(value: unknown, path: JsonPath): SamplingOptions {
  const fields = checkObject(value, path, Object.keys(RANGES));
  const sampling: SamplingOptions = {};
  for (const [name, { expected, holds }] of Object.entries(RANGES) as [
    keyof SamplingOptions,
    (typeof RANGES)["seed"],
  ][]) {
    const option = fields[name];
    if (option === undefined) continue;
    if (typeof option !== "number" || !holds(option)) refuse([...path, name], expected(), option);
    sampling[name] = option;
  }
  return sampling;
}
