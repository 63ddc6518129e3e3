/**
 * What others do on the machine. A figure that was measured while somebody else computed says little, and engines suffer
 * differently: one whose threads wait for each other by spinning loses ten times its speed.
 */
import * as os from "node:os";

/** Share of the whole machine that others may use while something is measured. */
export const QUIET = 0.05;

const SAMPLE_MS = 250;

export interface ProcessorTimes {
  /** Of all cores, in milliseconds. */
  busyMs: number;
  atMs: number;
}

export function processorTimes(): ProcessorTimes {
  let busyMs = 0;
  for (const { times } of os.cpus()) busyMs += times.user + times.nice + times.sys + times.irq;
  return { busyMs, atMs: performance.now() };
}

/** The share of the machine, 0 to 1, that was used since then by others than us, who used `ownMs`. */
export function othersShare(since: ProcessorTimes, ownMs: number): number {
  const now = processorTimes();
  const wholeMs = (now.atMs - since.atMs) * os.cpus().length;
  return Math.max(0, Math.min(1, (now.busyMs - since.busyMs - ownMs) / wholeMs));
}

/** Waits until nobody uses the machine, or patience is at its end. */
export async function waitForQuiet(patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const before = processorTimes();
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    if (othersShare(before, 0) <= QUIET || performance.now() > end) return;
  }
}
