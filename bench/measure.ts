/**
 * Measures one model in a process of its own, so that memory and caches are its own, and prints JSON.
 * Usage: measure.ts FOLDER DTYPE THREADS RUNS
 */
import { loadModel } from "../src/engine/model/loadModel.ts";
import { prefillChunk } from "../src/engine/extendSequence.ts";
import type { LanguageModel, Sequence } from "../src/engine/model/languageModel.ts";
import { seededRandom } from "../src/engine/sampling/random.ts";
import { DTYPES } from "../src/shared/protocol.ts";
import { spread, type Spread } from "./statistics.ts";

export interface Measurement {
  loadMs: Spread;
  prefillTokensPerSecond: Spread;
  /** Milliseconds a token after so many tokens of context. */
  decodeMs: Record<string, Spread>;
  residentMegabytes: number;
  parameters: number;
}

const PREFILL_TOKENS = 128;
const DECODE_CONTEXTS = [64, 256];
const DECODE_STEPS = 24;

async function measure(folder: string, dtypeName: string, threads: number, runs: number): Promise<Measurement> {
  const dtype = DTYPES.find((known) => known === dtypeName);
  if (!dtype) throw new Error(`no dtype ${dtypeName}`);
  const loads: number[] = [];
  let model: LanguageModel | undefined;
  for (let run = 0; run < Math.min(3, runs); run++) {
    await model?.dispose();
    const start = performance.now();
    ({ model } = await loadModel(folder, dtype, "cpu", { threads, cacheFolder: folder }));
    loads.push(performance.now() - start);
  }
  if (!model) throw new Error("no runs");

  const random = seededRandom(2);
  const { vocabularySize, parameters } = model.info;
  const tokens = Array.from({ length: 512 }, () => Math.floor(random() * vocabularySize));
  const sequence = model.newSequence();
  const prefills: number[] = [];
  for (let run = 0; run <= runs; run++) {
    sequence.rewindTo(0);
    const start = performance.now();
    await prefill(model, sequence, tokens.slice(0, PREFILL_TOKENS));
    // The first run warms up.
    if (run > 0) prefills.push((1000 * PREFILL_TOKENS) / (performance.now() - start));
  }
  const decodeMs: Record<string, Spread> = {};
  for (const context of DECODE_CONTEXTS) {
    sequence.rewindTo(0);
    await prefill(model, sequence, tokens.slice(0, context));
    const steps: number[] = [];
    for (let step = 0; step < DECODE_STEPS; step++) {
      const start = performance.now();
      await model.forward(sequence, [tokens[step] ?? 0], [0]);
      steps.push(performance.now() - start);
    }
    decodeMs[context] = spread(steps.slice(4));
  }
  return {
    loadMs: spread(loads),
    prefillTokensPerSecond: spread(prefills),
    decodeMs,
    residentMegabytes: process.memoryUsage().rss / 1e6,
    parameters,
  };
}

async function prefill(model: LanguageModel, sequence: Sequence, tokens: readonly number[]): Promise<void> {
  const chunk = prefillChunk(model.info.parameters);
  for (let start = 0; start < tokens.length; start += chunk) {
    const part = tokens.slice(start, start + chunk);
    const isLast = start + chunk >= tokens.length;
    await model.forward(sequence, part, isLast ? [part.length - 1] : []);
  }
}

const [folder = "", dtype = "", threads = "", runs = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await measure(folder, dtype, Number(threads), Number(runs))));
