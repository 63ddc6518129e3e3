/**
 * How many bytes a second the machine reads from memory with some threads: a worker each compares the halves of an array
 * that is larger than any cache and whose bytes are all alike, to the end. That is the C library's `memcmp`, which uses
 * the widest vector loads; `memchr` and loops in JavaScript reach less.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const ARRAY_BYTES = 256 << 20;
const MEASURE_MS = 200;

export class MemoryBandwidth {
  readonly #workers: readonly Worker[];

  private constructor(workers: readonly Worker[]) {
    this.#workers = workers;
  }

  static async start(threads: number): Promise<MemoryBandwidth> {
    const workers = Array.from({ length: threads }, () => new Worker(WORKER, { eval: true }));
    await Promise.all(workers.map(nextMessage));
    return new MemoryBandwidth(workers);
  }

  /** Gigabytes a second that all threads read together, over a fifth of a second. */
  async measure(): Promise<number> {
    const rates = this.#workers.map(nextMessage);
    for (const worker of this.#workers) worker.postMessage("go");
    return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function nextMessage(worker: Worker): Promise<number> {
  // Rejects when the worker fails.
  const [rate] = (await once(worker, "message")) as [number];
  return rate;
}

/** Filled, since pages that were never written are all one page of zeros. */
const WORKER = `
const { parentPort } = require("node:worker_threads");
const array = Buffer.alloc(${ARRAY_BYTES}, 1);
const first = array.subarray(0, array.length / 2);
const second = array.subarray(array.length / 2);
parentPort.on("message", () => {
  const start = performance.now();
  let passes = 0;
  let elapsed = 0;
  for (; elapsed < ${MEASURE_MS}; elapsed = performance.now() - start) {
    first.compare(second);
    passes++;
  }
  parentPort.postMessage((passes * array.length) / elapsed / 1e6);
});
parentPort.postMessage(0);
`;
