import type { Dtype } from "../shared/protocol.ts";
import type { Gpt2Config } from "../engine/model/gpt2Config.ts";
import { bytesNeeded } from "./catalogue.ts";
import type { Machine } from "./machine.ts";

/** How a model suits this machine. */
export type Fit = "fast" | "slow" | "too large";

export interface FitEstimate {
  fit: Fit;
  /** Milliseconds a token, estimated. */
  tokenMs: number;
}

/** A line of ghost text, some twelve tokens, then takes less than a second. */
export const FAST_TOKEN_MS = 75;

/** The editor and all else need memory too. */
export const USABLE_MEMORY = 0.7;

/**
 * A token reads every matrix from memory once; the arithmetic, and what is not read in one stream, add to that. GPT-2
 * small in int8 took 12 ms a token where reading its 143 MB takes 7.5 (two cores, 19 GB a second).
 */
const TIMES_READING = 1.6;

/** Estimates how fast a model decodes, without loading it. */
export function estimateFit(config: Gpt2Config, dtype: Dtype, machine: Machine): FitEstimate {
  const { disk, memory } = bytesNeeded(config, dtype);
  const tokenMs = (TIMES_READING * 1000 * disk) / machine.bytesPerSecond;
  if (memory > USABLE_MEMORY * machine.memoryBytes) return { fit: "too large", tokenMs };
  return { fit: tokenMs <= FAST_TOKEN_MS ? "fast" : "slow", tokenMs };
}
