/**
 * `npm run bench:windows -- [--windows 1,5,20] [--models localghost-nano,gpt2]`: what the engines of so many windows take, one
 * each. Linux only. Needs `npm run build`, since the bundle takes less memory than its sources. docs/trouble.md has the result.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { repository } from "../../scripts/lib/paths.mjs";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { GenerateRequest, LoadModelRequest, type ModelSpec } from "../../src/shared/protocol.ts";
import { processMemory } from "../engines/processMemory.ts";
import { randomPrompt } from "../figures.ts";
import { log } from "../log.ts";
import { type RunningEngine, startEngine } from "../manners/engineClient.ts";
import { measureIdleCpu } from "../manners/idleCpu.ts";
import { writeRandomPacked } from "../models/randomPacked.ts";
import { shapeConfig, shapeNames } from "../models/shapes.ts";
import { proportionalMegabytes } from "../processes.ts";
import { quantile } from "../statistics.ts";

const ENGINE = path.join(repository, "dist", "engine.cjs");
const PROMPT_TOKENS = 400;
const ANSWER_TOKENS = 16;
/** Threads of the last run go to sleep, and what is garbage is collected. */
const SETTLE_MS = 3_000;
const IDLE_SECONDS = 10;

interface Taken {
  windows: number;
  residentMegabytes: number;
  /** Of all, with what they share counted once. */
  proportionalMegabytes: number;
  /** What the system has less for others. */
  systemMegabytes: number;
  /** Percent of one core that all of them use when nobody types. */
  idlePercent: number;
  /** From no process to an answer, in milliseconds: what the first key costs after an engine has gone to sleep. */
  wakeMs: number;
}

const { values } = parseArgs({
  options: {
    windows: { type: "string", default: "1,5,20" },
    models: { type: "string", default: "localghost-nano,gpt2" },
  },
});
if (!fs.existsSync(ENGINE)) throw new Error(`${ENGINE} is not built yet: run "npm run build" first.`);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-windows-"));
try {
  for (const name of values.models.split(",")) {
    const model: ModelSpec = { folder: modelFolder(name), dtype: "int8", device: "cpu" };
    const rows: Taken[] = [];
    for (const windows of values.windows.split(",").map(Number)) {
      log(`${name}: ${windows} windows`);
      rows.push(await measure(windows, model));
    }
    process.stdout.write(`${table(name, rows)}\n\n`);
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

/** The embedded model, or random weights of a size. */
function modelFolder(name: string): string {
  const embedded = path.join(repository, "models", name);
  if (fs.existsSync(embedded)) return embedded;
  const shape = shapeNames.find((known) => known === name);
  if (!shape) throw new Error(`There is no model "${name}": use localghost-nano, ${shapeNames.join(", ")}.`);
  const folder = path.join(work, name);
  writeRandomPacked(folder, shapeConfig(shape), "int8");
  return folder;
}

async function measure(windows: number, model: ModelSpec): Promise<Taken> {
  const before = availableMegabytes();
  const engines: RunningEngine[] = [];
  const wakes: number[] = [];
  try {
    for (let i = 0; i < windows; i++) {
      const start = performance.now();
      const engine = await startEngine(0, path.join(work, "cache"), ENGINE);
      engines.push(engine);
      await engine.connection.sendRequest(LoadModelRequest, model);
      await ask(engine, model, 1, 1);
      wakes.push(performance.now() - start);
      await ask(engine, model, PROMPT_TOKENS, ANSWER_TOKENS);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const pids = engines.map(({ pid }) => pid);
    const taken = {
      residentMegabytes: sum(pids.map((pid) => processMemory(pid).residentMegabytes)),
      proportionalMegabytes: sum(pids.map(proportionalMegabytes)),
      systemMegabytes: before - availableMegabytes(),
    };
    const idle = await Promise.all(pids.map((pid) => measureIdleCpu(pid, IDLE_SECONDS)));
    return { windows, ...taken, idlePercent: sum(idle.map((share) => share ?? NaN)), wakeMs: quantile(wakes, 0.5) };
  } finally {
    for (const engine of engines) await engine.stop();
  }
}

async function ask({ connection }: RunningEngine, model: ModelSpec, tokens: number, maxTokens: number): Promise<void> {
  const prompt = String.fromCharCode(...randomPrompt(tokens, seededRandom(1)));
  await connection.sendRequest(GenerateRequest, {
    ...{ model, prompt, maxTokens, ignoreEndOfText: true, priority: "completion", overflow: "keepEnd" },
  });
}

function availableMegabytes(): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(fs.readFileSync("/proc/meminfo", "utf8"))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

function table(name: string, rows: readonly Taken[]): string {
  return [
    `| ${name}, int8: windows | resident, MB | proportional, MB | the system has less, MB | an engine, MB | idle, % of a core | asleep to an answer, ms |`,
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => {
      const { windows, idlePercent, wakeMs } = row;
      const megabytes = [row.residentMegabytes, row.proportionalMegabytes, row.systemMegabytes];
      const figures = [...megabytes, row.proportionalMegabytes / windows].map((value) => value.toFixed(0));
      return `| ${windows} | ${figures.join(" | ")} | ${idlePercent.toFixed(1)} | ${wakeMs.toFixed(0)} |`;
    }),
  ].join("\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
