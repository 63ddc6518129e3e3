/** What a run of the benchmark found, as `--json` prints it. */
import type { Agreement } from "../agreement.ts";
import type { CancellationTimes } from "../manners/cancellation.ts";
import type { Measured } from "../measureInTurn.ts";

export interface BenchResult {
  /** ISO date. */
  date: string;
  machine: Machine;
  versions: Record<string, string>;
  threads: number;
  /** Our engine, and others with `--peers`, on the same weights. */
  comparison?: Comparison;
  sizes?: SizeResult[];
  manners?: Manners;
}

export interface Machine {
  processor: string;
  cores: number;
  memoryGigabytes: number;
  platform: string;
  /** Load average of a minute before the run: above 0, others used the machine. */
  loadBefore: number;
}

export interface Comparison {
  model: string;
  rounds: number;
  /** Gigabytes a second, a sample a round. */
  bandwidth: number[];
  /** Share of the machine that others used, 0 to 1, a sample a turn. */
  disturbance: number[];
  engines: (Measured & { bytesPerToken: number })[];
  agreement: Agreement[];
}

export interface SizeResult {
  model: string;
  parameters: number;
  dtype: string;
  measured: Measured & { bytesPerToken: number };
  bandwidth: number[];
  disturbance: number[];
}

export interface Manners {
  cancellation: CancellationTimes;
  /** Percent of one core; undefined where it cannot be measured. */
  idleCpuPercent?: number;
  idleSeconds: number;
}
