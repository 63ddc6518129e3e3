import { once } from "node:events";
import * as os from "node:os";
import { Worker } from "node:worker_threads";

/** What decides how large a model may be, and how fast it runs. */
export interface Machine {
  memoryBytes: number;
  /** What all threads together read from memory. */
  bytesPerSecond: number;
}

/** More threads than these read no faster on most machines. */
const MOST_READERS = 4;

/** Measures the machine in less than a fifth of a second, in threads of its own. */
export async function measureMachine(): Promise<Machine> {
  return { memoryBytes: usableMemory(), bytesPerSecond: await measureBandwidth() };
}

/** The machine's memory, or what a container may use of it. */
export function usableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
}

async function measureBandwidth(): Promise<number> {
  const readers = Math.max(1, Math.min(MOST_READERS, os.availableParallelism()));
  const workers = Array.from({ length: readers }, () => new Worker(READER, { eval: true }));
  try {
    const rates = await Promise.all(
      workers.map(async (worker) => {
        // Rejects when the worker fails.
        const [bytesPerSecond] = (await once(worker, "message")) as [number];
        return bytesPerSecond;
      }),
    );
    return rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/**
 * Compares the halves of an array whose bytes are all alike to the end: the C library's `memcmp`, with the widest loads
 * there are. The array is larger than a core's share of any cache, and filled, since pages that were never written are
 * all one page of zeros.
 */
const READER = `
const { parentPort } = require("node:worker_threads");
const array = Buffer.alloc(32 << 20, 1);
const first = array.subarray(0, array.length / 2);
const second = array.subarray(array.length / 2);
const start = performance.now();
let passes = 0;
let elapsed = 0;
for (; elapsed < 50; elapsed = performance.now() - start) {
  first.compare(second);
  passes++;
}
parentPort.postMessage((1000 * passes * array.length) / elapsed);
`;
