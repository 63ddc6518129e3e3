/**
 * Work on models that reads or writes gigabytes, done in a process of its own, so that an editor stays smooth while it
 * runs. One process does one job. Its messages travel over Node's own channel between a process and its child.
 */
import type { Dtype } from "../../shared/protocol.ts";
import type { ErrorKind } from "../../shared/errors.ts";
import type { Machine } from "../machine.ts";
import type { VerifiedFile } from "../verify.ts";

/** Each kind of job: what it is given, and what it brings. Folders are absolute paths. */
export interface Jobs {
  /** Packs a model; false when that was done before. */
  pack: { given: { name: string; folder: string; lock: string; dtype: Dtype }; brings: boolean };
  verify: { given: { folder: string }; brings: VerifiedFile[] };
  /** Copies a model of this machine into the models folder. */
  import: { given: { source: string; models: string; name?: string }; brings: { name: string; folder: string } };
  /** Removes a model, and what has arrived of a download of it; brings the bytes that were freed. */
  remove: { given: { name: string; models: string }; brings: number };
  /** Removes what has arrived of a download, and leaves an installed model alone. */
  discard: { given: { name: string; models: string }; brings: number };
  /** Moves all models to another folder; see `moveModels`. */
  move: {
    given: { from: string; to: string; usual: string };
    brings: { folder: string; names: readonly string[]; bytes: number };
  };
  /** Measures the machine: threads that read memory for a fifth of a second. */
  measure: { given: object; brings: Machine };
}

export type JobKind = keyof Jobs;
export type Job<K extends JobKind = JobKind> = { [Kind in K]: { readonly kind: Kind } & Jobs[Kind]["given"] }[K];

export interface JobProgress {
  readonly activity: "reading" | "packing" | "verifying" | "unpacking" | "copying" | "checking";
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export type ToJob = { readonly type: "start"; readonly job: Job } | { readonly type: "cancel" };

export type FromJob =
  | { readonly type: "progress"; readonly progress: JobProgress }
  | { readonly type: "done"; readonly result: unknown }
  | { readonly type: "failed"; readonly kind: ErrorKind; readonly message: string };
