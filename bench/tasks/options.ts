import { parseArgs } from "node:util";
import { DTYPES, type Dtype } from "../../src/shared/protocol.ts";

export const TASKS = ["summarize", "answer", "translate"] as const;
export type TaskName = (typeof TASKS)[number];

export interface Options {
  /** Name of an embedded model, or a folder. */
  model: string;
  dtype: Dtype;
  tasks: readonly TaskName[];
  /** At most so many records of each kind. */
  limit: number;
  seed: number;
  /** Go on with the answers that an interrupted run left. */
  resume: boolean;
  json: boolean;
  /** The result of an earlier run, as `--json` printed it: nothing is measured. */
  from: string | undefined;
  write: boolean;
}

/** @throws TypeError for a flag that does not exist, Error for a value that makes no sense */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: "string", default: "localghost-nano" },
      dtype: { type: "string", default: "int8" },
      only: { type: "string" },
      limit: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      resume: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      from: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  return {
    model: values.model,
    dtype: oneOf("dtype", values.dtype, DTYPES),
    tasks: values.only?.split(",").map((name) => oneOf("only", name, TASKS)) ?? TASKS,
    limit: count("limit", values.limit),
    seed: count("seed", values.seed),
    resume: values.resume,
    json: values.json,
    from: values.from,
    write: values.write,
  };
}

function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((name) => name === text);
  if (found === undefined) throw new Error(`--${flag} cannot be "${text}": use ${known.join(", ")}.`);
  return found;
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag} must be a whole number above 0, not ${text}.`);
}
