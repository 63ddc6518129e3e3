import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { DEVICE_PREFERENCES, type DevicePreference, DTYPES, type Dtype, type ModelSpec } from "../shared/protocol.ts";
import { LocalghostError } from "../shared/errors.ts";
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
    return parseArgs({ args: joinNegativeNumbers(args), options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(/\.\s/)[0] ?? message);
  }
}

/** `--seed -1` as `--seed=-1`: parseArgs takes every word that begins with a dash for an option. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const option = joined.at(-1);
    if (/^-\.?\d/.test(arg) && option && /^--?[a-z-]+$/.test(option)) {
      joined[joined.length - 1] = `${option}${option.startsWith("--") ? "=" : ""}${arg}`;
    } else {
      joined.push(arg);
    }
  }
  return joined;
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

/** A whole number given as an option, at least `least`, or undefined without the option. */
export function optionalCount(name: string, value: string | undefined, least: number): number | undefined {
  const number = optionalNumber(name, value);
  if (number === undefined || (Number.isSafeInteger(number) && number >= least)) return number;
  throw new UsageError(`${name} must be a whole number, ${least} or more, not ${number}`);
}

/** Runs a check of the engine's whose complaint begins with the name of a parameter: `topK` is `--top-k` here. */
export function checkOptions<T>(options: T, check: (options: T) => void): void {
  try {
    check(options);
  } catch (error) {
    if (!(error instanceof LocalghostError)) throw error;
    const kebab = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(error.message.replace(/^\w+/, kebab).replace(/\.$/, ""));
  }
}

/** One of a few words given as an option. */
export function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UsageError(`${name} must be one of ${choices.join(", ")}, not "${value}"`);
}
