import * as os from "node:os";
import { parseArgs } from "node:util";
import type { Patience } from "./measureInTurn.ts";

export const PARTS = ["comparison", "sizes", "manners"] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  peers: boolean;
  parts: readonly Part[];
  models: readonly string[] | undefined;
  threads: number;
  rounds: number;
  patience: Patience;
  idleSeconds: number;
  json: boolean;
  from: string | undefined;
  write: boolean;
}

/** A turn is repeated so often while others use the machine. */
const REPEATS = 2;

/** @throws TypeError for a flag that does not exist, Error for a value that makes no sense */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      peers: { type: "boolean", default: false },
      only: { type: "string" },
      models: { type: "string" },
      threads: { type: "string", default: String(os.availableParallelism()) },
      rounds: { type: "string", default: "5" },
      patience: { type: "string", default: "2" },
      "idle-seconds": { type: "string", default: "60" },
      json: { type: "boolean", default: false },
      from: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const { peers, json, from, write } = values;
  return {
    peers,
    parts: partsOf(values.only, from !== undefined),
    models: values.models?.split(","),
    threads: count("threads", values.threads),
    rounds: count("rounds", values.rounds),
    patience: { waitMs: 1000 * count("patience", values.patience), repeats: REPEATS },
    idleSeconds: count("idle-seconds", values["idle-seconds"]),
    json,
    from,
    write,
  };
}

/** Without `--only`, an earlier run is only written down again. */
function partsOf(only: string | undefined, hasEarlier: boolean): readonly Part[] {
  if (only === undefined) return hasEarlier ? [] : PARTS;
  return only.split(",").map((name) => {
    const part = PARTS.find((known) => known === name);
    if (!part) throw new Error(`There is no part "${name}": use ${PARTS.join(", ")}.`);
    return part;
  });
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag} must be a whole number above 0, not ${text}.`);
}
