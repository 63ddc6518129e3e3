import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";

/** Where in a JSON value something stands: `["examples", 0, "output"]`. */
export type JsonPath = readonly (string | number)[];

/** A template that cannot be used; its path says which part of it is wrong. */
export class TemplateError extends LocalghostError {
  readonly path: JsonPath;

  constructor(path: JsonPath, message: string) {
    super("invalidRequest", message);
    this.path = path;
  }
}

/**
 * @param expected a noun phrase
 * @throws TemplateError `"shots" must be a whole number, 0 or more, not "two".`
 */
export function refuse(path: JsonPath, expected: string, value: unknown): never {
  throw new TemplateError(path, l10n.t("{0} must be {1}, not {2}.", describePath(path), expected, describe(value)));
}

/** `"examples[0].output"` */
export function describePath(path: JsonPath): string {
  if (path.length === 0) return l10n.t("The prompt template");
  const steps = path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`));
  return `"${steps.join("")}"`;
}

const LONGEST_SHOWN = 40;

function describe(value: unknown): string {
  if (value === undefined) return l10n.t("absent");
  if (Array.isArray(value)) return l10n.t("a list");
  if (typeof value === "object" && value !== null) return l10n.t("an object");
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/**
 * An object with none but the known fields.
 * @throws TemplateError that names the first unknown field and the known ones
 */
export function checkObject(value: unknown, path: JsonPath, fields: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, l10n.t("an object"), value);
  for (const name of Object.keys(value)) {
    if (fields.includes(name)) continue;
    throw new TemplateError(
      [...path, name],
      l10n.t("There is no {0}: use {1}.", describePath([...path, name]), fields.join(", ")),
    );
  }
  return value as Record<string, unknown>;
}

export function checkText(value: unknown, path: JsonPath): string {
  return typeof value === "string" ? value : refuse(path, l10n.t("a text"), value);
}

export function checkFilledText(value: unknown, path: JsonPath): string {
  return typeof value === "string" && value.trim() !== ""
    ? value
    : refuse(path, l10n.t("a text that is not blank"), value);
}

export function checkCount(value: unknown, path: JsonPath, least: number): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least
    ? value
    : refuse(path, l10n.t("a whole number, {0} or more", least), value);
}

export function checkChoice<T extends string>(value: unknown, path: JsonPath, choices: readonly T[]): T {
  return choices.find((choice) => choice === value) ?? refuse(path, l10n.t("one of {0}", choices.join(", ")), value);
}

export function checkList<T>(value: unknown, path: JsonPath, item: (value: unknown, path: JsonPath) => T): T[] {
  if (!Array.isArray(value)) refuse(path, l10n.t("a list"), value);
  return value.map((each: unknown, i) => item(each, [...path, i]));
}
