import type { Device, Dtype } from "../../shared/protocol.ts";
import type { EvalOptions, Summary } from "../evalTask.ts";

/** What a run found, with all that it takes to have it again. */
export interface EvalResult extends Summary {
  readonly task: string;
  readonly title: string;
  /** Absent for a task that asks no model. */
  readonly model?: {
    readonly name: string;
    /** Of the checkpoint's weights. */
    readonly sha256: string;
    readonly parameters: number;
    readonly contextLength: number;
    readonly dtype: Dtype;
    readonly device: Device;
  };
  readonly data: {
    readonly path: string;
    /** Of the file; of a folder, of its files' hashes. */
    readonly sha256: string;
    /** Measured, of so many in the set. */
    readonly measured: number;
    readonly records: number;
    /** Records that could not be used. */
    readonly skipped: number;
  };
  readonly options: EvalOptions & { readonly limit?: number };
  readonly command: string;
  readonly version: string;
  readonly date: string;
  /** That measuring took, in this run and those that it went on from. */
  readonly seconds: number;
}
