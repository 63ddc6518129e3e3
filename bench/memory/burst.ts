/** How long requests take while ten thousand files change at once, through the feeder as in the editor. */
import { setTimeout as sleep } from "node:timers/promises";
import { Engine } from "../../src/engine/engine.ts";
import { Feeder } from "../../src/extension/memory/feeder.ts";
import type { ModelSpec } from "../../src/shared/protocol.ts";
import { readCode } from "./cost.ts";

const FILES = 10_000;
const LARGEST = 40_000;
const REQUESTS = 60;
const PAUSE_MS = 60;

export interface BurstResult {
  readonly files: number;
  readonly seconds: number;
  /** Median and 95th percentile of a completion of twelve tokens, in milliseconds. */
  readonly quiet: readonly [number, number];
  readonly meanwhile: readonly [number, number];
  /** The longest that the process did not answer a timer. */
  readonly longestStall: number;
}

export async function measureBurst(folder: string, model: ModelSpec): Promise<BurstResult> {
  const engine = new Engine({ threads: 1 });
  const texts = new Map<string, string>();
  for (const { path, text } of readCode(folder)) {
    if (text.length <= LARGEST) texts.set(path, text);
    if (texts.size === FILES) break;
  }
  const signal = new AbortController().signal;
  const { memories } = engine;
  const feeder = new Feeder({
    read: (path) => Promise.resolve(texts.get(path)),
    onStatus: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const complete = async (i: number): Promise<number> => {
    const began = performance.now();
    const prompt = `export function value${i}(`;
    await engine.generate({ model, prompt, maxTokens: 12, priority: "completion", memory: { path: "a.ts" } }, signal);
    return performance.now() - began;
  };
  await complete(0);
  const quiet: number[] = [];
  for (let i = 1; i <= REQUESTS; i++) {
    quiet.push(await complete(i));
    await sleep(PAUSE_MS);
  }
  let longestStall = 0;
  let last = performance.now();
  const ticker = setInterval(() => {
    longestStall = Math.max(longestStall, performance.now() - last - 1);
    last = performance.now();
  }, 1);
  const began = performance.now();
  const end = { reached: false };
  const settled = new Promise<void>((resolve) => {
    feeder.connect({
      update: async (files) => {
        const status = await memories.update({ model, files, maxMegabytes: 1024 }, signal);
        if (feeder.waiting === 0) resolve();
        return status;
      },
      edit: (path, edits, length) => Promise.resolve(memories.edit({ model, path, edits, length })),
      remove: (paths) => Promise.resolve(memories.remove({ model, paths })),
      clear: () => Promise.resolve(memories.clear({ model })),
    });
  }).then(() => (end.reached = true));
  feeder.changed(texts.keys());
  const meanwhile: number[] = [];
  for (let i = 1; !end.reached; i++) {
    meanwhile.push(await complete(REQUESTS + i));
    await sleep(PAUSE_MS);
  }
  await settled;
  const seconds = (performance.now() - began) / 1000;
  clearInterval(ticker);
  await engine.dispose();
  return { files: texts.size, seconds, quiet: quantiles(quiet), meanwhile: quantiles(meanwhile), longestStall };
}

function quantiles(times: readonly number[]): [number, number] {
  const sorted = times.toSorted((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 2)] ?? 0, sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0];
}
