/** Checks the parameters of a request: what is wrong is answered by the name of the parameter and what it must be. */
import * as v from "valibot";
import { HttpError } from "./httpError.ts";

/** A parameter and, in words, what it must be: `temperature must be a number from 0 to 2.` */
export function required<const T extends v.GenericSchema>(schema: T, must: string) {
  return v.pipe(schema, v.description(must));
}

/** As {@link required}; absent and null are the same. */
export function optional<const T extends v.GenericSchema>(schema: T, must: string) {
  return v.pipe(v.nullish(schema), v.description(must));
}

export const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));

export const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** A model's name, as every request has it. */
export const modelName = required(v.string(), "the id of a model: /v1/models lists them");

/** @throws HttpError 400 that names the first parameter that is unknown, missing or not what it must be */
export function parseParameters<T extends v.ObjectEntries>(
  schema: v.StrictObjectSchema<T, undefined>,
  body: unknown,
): v.InferOutput<v.StrictObjectSchema<T, undefined>> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const param = issue.path?.[0].key;
  if (typeof param !== "string") throw new HttpError(400, "The body must be a JSON object of parameters.");
  const entry = Object.hasOwn(schema.entries, param) ? schema.entries[param] : undefined;
  if (!entry) {
    const code = "unknown_parameter";
    throw new HttpError(400, `There is no parameter “${param.slice(0, 100)}”: leave it out.`, { param, code });
  }
  throw new HttpError(400, `${param} must be ${v.getDescription(entry) ?? "something else"}.`, { param });
}
