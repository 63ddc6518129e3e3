/** What the tools take. VS Code does not hold a caller to the schemas in package.json, which say the same. */
import * as v from "valibot";
import { LocalghostError } from "../../shared/errors.ts";

const text = v.pipe(v.string(), v.regex(/\S/, "it must have some text"));
const language = v.pipe(v.string(), v.regex(/\S/, "it must name a language"));

export const TOOL_INPUTS = {
  localghost_summarize: v.strictObject({ text }),
  localghost_translate: v.strictObject({ text, to: language, from: v.optional(language) }),
  localghost_score: v.strictObject({
    text,
    count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
  }),
} as const;

export type ToolName = keyof typeof TOOL_INPUTS;
export type ToolInput<K extends ToolName> = v.InferOutput<(typeof TOOL_INPUTS)[K]>;

/** @throws LocalghostError `invalidRequest` that names what is wrong with the input */
export function readToolInput<K extends ToolName>(name: K, input: unknown): ToolInput<K> {
  const parsed = v.safeParse(TOOL_INPUTS[name], input);
  if (parsed.success) return parsed.output;
  const [{ path, message }] = parsed.issues;
  const where = path ? `"${path.map(({ key }) => String(key)).join(".")}" of the input` : "the input";
  throw new LocalghostError("invalidRequest", `${name} cannot use ${where}: ${message}.`);
}
