import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { DEVICE_PREFERENCES, type DevicePreference, DTYPES, type Dtype, type ModelSpec } from "../shared/protocol.ts";
import { resolveModel } from "./models.ts";

/** The command line was wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options of every command that loads a model. */
export const modelOptions = {
  model: { type: "string", short: "m", default: "localghost-nano" },
  dtype: { type: "string", default: "int8" },
  device: { type: "string", default: "auto" },
  threads: { type: "string" },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;

/** `util.parseArgs` whose complaints are usage errors in one sentence. */
export function parseOptions<const T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(". ")[0] ?? message);
  }
}

/** The model that the options name. @throws LocalghostError, UsageError */
export function modelSpec(values: { model: string; dtype: string; device: string }): ModelSpec {
  return {
    folder: resolveModel(values.model),
    dtype: oneOf("--dtype", values.dtype, DTYPES) satisfies Dtype,
    device: oneOf("--device", values.device, DEVICE_PREFERENCES) satisfies DevicePreference,
  };
}

/** A number given as an option, or undefined without the option. */
export function optionalNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) throw new UsageError(`${name} needs a number, not "${value}"`);
  return number;
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(`${name} must be one of ${choices.join(", ")}, not "${value}"`);
}
