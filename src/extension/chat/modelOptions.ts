import * as v from "valibot";
import { LocalghostError } from "../../shared/errors.ts";
import type { SamplingOptions } from "../../shared/protocol.ts";

/** What a request to a chat model may say about how its answer is written. */
export interface ModelOptions {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly sampling: SamplingOptions;
}

const amount = v.optional(v.number());
const stop = v.pipe(v.string(), v.minLength(1));

/** The engine knows which numbers make sense. */
const SCHEMA = v.strictObject({
  temperature: amount,
  topK: amount,
  topP: amount,
  minP: amount,
  repetitionPenalty: amount,
  seed: v.optional(v.pipe(v.number(), v.safeInteger())),
  maxTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  stop: v.optional(v.union([stop, v.array(stop)])),
});
const NAMES = Object.keys(SCHEMA.entries);

/** These mean something only where tokens are drawn. */
const DRAWING = ["topK", "topP", "minP", "seed"] as const;

/**
 * Reads `modelOptions`, in this API's spelling or in that of HTTP APIs (`max_tokens`). Greedy unless the request says
 * otherwise; one that says how to draw tokens and no temperature draws them as likely as the model finds them.
 * @param maxOutputTokens the most tokens of an answer, taken where the request does not say
 * @throws LocalghostError `invalidRequest` for an option that is unknown, of another type, or asks for too much
 */
export function readModelOptions(
  options: Readonly<Record<string, unknown>> | undefined,
  maxOutputTokens: number,
): ModelOptions {
  const parsed = v.safeParse(SCHEMA, withOurNames(options ?? {}));
  if (!parsed.success) throw refusal(parsed.issues[0]);
  const { maxTokens = maxOutputTokens, stop = [], ...sampling } = parsed.output;
  if (maxTokens > maxOutputTokens) {
    throw new LocalghostError(
      "invalidRequest",
      `This model answers with ${maxOutputTokens} tokens at most: the option maxTokens cannot be ${maxTokens}.`,
    );
  }
  const draws = DRAWING.some((name) => sampling[name] !== undefined);
  return {
    maxTokens,
    stop: typeof stop === "string" ? [stop] : stop,
    sampling: { temperature: draws ? 1 : 0, ...withoutAbsent(sampling) },
  };
}

/** VS Code's chat adds entries of its own that begin with an underscore: they are notes to itself. */
function withOurNames(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const ours: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name.startsWith("_") || value === undefined || value === null) continue;
    const ourName = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (Object.hasOwn(ours, ourName)) {
      throw new LocalghostError("invalidRequest", `The model option "${ourName}" is there twice: give it once.`);
    }
    ours[ourName] = value;
  }
  return ours;
}

function refusal({ path, message, type }: v.BaseIssue<unknown>): LocalghostError {
  const name = String(path?.[0]?.key);
  const what =
    type === "strict_object"
      ? `This model knows no option "${name}": it knows ${NAMES.join(", ")}.`
      : `The model option "${name}" is not valid: ${message}.`;
  return new LocalghostError("invalidRequest", what);
}

function withoutAbsent(sampling: v.InferOutput<typeof SCHEMA>): SamplingOptions {
  return Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined));
}
