import { setImmediate } from "node:timers/promises";
import { PRIORITIES, type Priority } from "../shared/protocol.ts";
import { cancellation, throwIfAborted } from "./cancellation.ts";

/** What the engine's jobs are for, most urgent first: filling the memory comes after all that a client may ask for. */
const ORDER = [...PRIORITIES, "memory"] as const;
export type JobPriority = Priority | "memory";

/**
 * Lets one job at a time run the model, a step (a chunk of prefill, a token) at a time, in order of priority and then of
 * arrival. A job keeps its place between its steps, so equal ones run one after the other, while ghost text that
 * arrives in the middle of a long answer goes first and the answer then goes on.
 */
export class Scheduler {
  /** All jobs that have not ended, first in line first. */
  readonly #jobs: Job[] = [];
  #stepRunning = false;

  /** Registers a job; call {@link Job.end} when it is done, whatever happened. */
  start(priority: JobPriority, signal: AbortSignal): Job {
    const job = new Job(this, ORDER.indexOf(priority), signal);
    this.#add(job);
    return job;
  }

  /** Moves a job up in line where someone more urgent waits for it, too. */
  raise(job: Job, priority: JobPriority): void {
    const rank = ORDER.indexOf(priority);
    const index = this.#jobs.indexOf(job);
    if (index === -1 || rank >= job.rank) return;
    this.#jobs.splice(index, 1);
    job.rank = rank;
    this.#add(job);
    this.next();
  }

  /** @internal Lets the first job take its step, if it asks for one and none runs. */
  next(): void {
    const grant = this.#jobs[0]?.grant;
    if (this.#stepRunning || !grant) return;
    // Taken here and not when the job resumes: another job could arrive in between.
    this.#stepRunning = true;
    grant();
  }

  /** @internal */
  release(): void {
    this.#stepRunning = false;
    this.next();
  }

  #add(job: Job): void {
    const firstAfter = this.#jobs.findIndex((other) => other.rank > job.rank);
    this.#jobs.splice(firstAfter === -1 ? this.#jobs.length : firstAfter, 0, job);
  }

  /** @internal */
  remove(job: Job): void {
    const index = this.#jobs.indexOf(job);
    if (index !== -1) this.#jobs.splice(index, 1);
    this.next();
  }
}

export class Job {
  /** @internal Changed by {@link Scheduler.raise} alone. */
  rank: number;
  readonly signal: AbortSignal;
  /** @internal Set while the job waits for its turn. */
  grant: (() => void) | undefined;
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler, rank: number, signal: AbortSignal) {
    this.#scheduler = scheduler;
    this.rank = rank;
    this.signal = signal;
  }

  /**
   * Runs `step` when no other job runs and none goes before this one.
   * @throws LocalghostError `cancelled` when the signal is aborted before the step begins
   */
  async run<T>(step: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      // The binding blocks the thread for a whole step. A cancellation that came in meanwhile is read only when the event
      // loop turns, and must not wait for one more step.
      await setImmediate();
      throwIfAborted(this.signal);
      return await step();
    } finally {
      this.#scheduler.release();
    }
  }

  /** Gives up the place in line. */
  end(): void {
    this.#scheduler.remove(this);
  }

  async #turn(): Promise<void> {
    throwIfAborted(this.signal);
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.grant = undefined;
        reject(cancellation(this.signal));
      };
      this.grant = () => {
        this.grant = undefined;
        this.signal.removeEventListener("abort", onAbort);
        resolve();
      };
      this.signal.addEventListener("abort", onAbort, { once: true });
      this.#scheduler.next();
    });
  }
}
