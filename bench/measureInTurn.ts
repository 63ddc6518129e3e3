import { seededRandom } from "../src/engine/sampling/random.ts";
import { type EngineSpec, specName } from "./engines/benchEngine.ts";
import { EngineProcess } from "./engines/engineProcess.ts";
import type { ProcessMemory } from "./engines/processMemory.ts";
import type { Figure, Task, Values } from "./figures.ts";
import { log } from "./log.ts";
import type { MemoryBandwidth } from "./memoryBandwidth.ts";
import { othersShare, processorTimes, QUIET, waitForQuiet } from "./quietMachine.ts";

/** What was measured of one engine: a sample a round, so that samples of the same index stand side by side. */
export interface Measured {
  name: string;
  engine: EngineSpec["engine"];
  dtype: string;
  samples: Partial<Record<Figure, number[]>>;
  /** After loading. */
  loaded: ProcessMemory;
  /** After everything else. */
  worked: ProcessMemory;
}

export interface TurnOptions {
  tasks: readonly Task[];
  rounds: number;
  /** Fresh processes whose loading is timed, besides those that the rounds run in. */
  loads: number;
  /** How long to wait for a quiet machine before each turn, and how often to repeat a turn that was disturbed. */
  patience: Patience;
}

export interface Patience {
  waitMs: number;
  repeats: number;
}

export interface TurnResult {
  engines: Measured[];
  /** Gigabytes a second, once a round. */
  bandwidth: number[];
  /** The share of the machine that others used, 0 to 1, turn by turn. */
  disturbance: number[];
}

/**
 * Measures engines in turn, A B C and then C B A, each in its own process: what disturbs the machine for a while
 * disturbs neighbours alike, and ratios are of neighbours. The first round warms up and does not count.
 */
export async function measureInTurn(
  specs: readonly EngineSpec[],
  bandwidth: MemoryBandwidth,
  { tasks, rounds, loads, patience }: TurnOptions,
): Promise<TurnResult> {
  const measured = new Map<string, Measured>();
  const processes: EngineProcess[] = [];
  const result: TurnResult = { engines: [], bandwidth: [], disturbance: [] };
  try {
    for (const spec of specs) {
      const engine = await EngineProcess.start(spec);
      processes.push(engine);
      const loaded = await engine.memory();
      const { engine: maker, dtype } = spec;
      measured.set(engine.name, { name: engine.name, engine: maker, dtype, samples: {}, loaded, worked: loaded });
    }
    for (let round = 0; round <= rounds; round++) {
      log(`  round ${round} of ${rounds}`);
      const isWarmUp = round === 0;
      await waitForQuiet(isWarmUp ? 0 : patience.waitMs);
      if (!isWarmUp) result.bandwidth.push(await bandwidth.measure());
      for (const [index, task] of tasks.entries()) {
        for (const engine of (round + index) % 2 === 0 ? processes : processes.toReversed()) {
          // The same prompts for all; a repeated turn has new ones.
          const seed = 10_000 * round + 100 * index;
          const turn = await takeTurn(engine, task, seed, isWarmUp ? { waitMs: 0, repeats: 0 } : patience);
          if (isWarmUp) continue;
          addSamples(measured.get(engine.name), turn.values);
          result.disturbance.push(turn.disturbance);
        }
      }
    }
    for (const engine of processes) {
      const entry = measured.get(engine.name);
      if (entry) entry.worked = await engine.memory();
    }
    await Promise.all(processes.map((engine) => engine.stop()));
    for (let round = 0; round < loads; round++) {
      for (const spec of specs) addSamples(measured.get(specName(spec)), { load: await timeLoad(spec, patience) });
    }
    result.engines = [...measured.values()];
    return result;
  } finally {
    await Promise.all(processes.map((engine) => engine.stop()));
  }
}

interface Turn {
  values: Values;
  disturbance: number;
}

/** Repeats a turn while others disturb it, and keeps the one that they disturbed least: not the fastest. */
async function takeTurn(engine: EngineProcess, task: Task, seed: number, { waitMs, repeats }: Patience): Promise<Turn> {
  let best: Turn | undefined;
  for (let attempt = 0; attempt <= repeats; attempt++) {
    // Also lets the threads of the turn before go to sleep.
    await waitForQuiet(waitMs);
    const ownBefore = await ownProcessorMs(engine);
    const before = processorTimes();
    const values = await task(engine, seededRandom(seed + attempt));
    const disturbance = othersShare(before, (await ownProcessorMs(engine)) - ownBefore);
    if (!best || disturbance < best.disturbance) best = { values, disturbance };
    if (disturbance <= QUIET) break;
  }
  if (!best) throw new RangeError("a turn needs an attempt");
  return best;
}

async function ownProcessorMs(engine: EngineProcess): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + (await engine.processorMs());
}

async function timeLoad(spec: EngineSpec, { waitMs }: Patience): Promise<number> {
  await waitForQuiet(waitMs);
  const engine = await EngineProcess.start(spec);
  await engine.stop();
  return engine.loadMs;
}

function addSamples(entry: Measured | undefined, values: Values): void {
  if (!entry) return;
  for (const [figure, value] of Object.entries(values)) (entry.samples[figure as Figure] ??= []).push(value);
}
