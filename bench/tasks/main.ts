/**
 * `npm run bench:tasks`: how well a model summarizes, answers and translates, on records that it has not seen, beside
 * baselines that need no model. Progress goes to stderr; with `--json` stdout is the result, and with `--write` the
 * documents, the model's card and the calibration are written. `--from` takes the figures of an earlier run.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { engineTaskModel } from "../../src/cli/taskModel.ts";
import { Engine } from "../../src/engine/engine.ts";
import { log } from "../log.ts";
import { AnswerLog } from "./answerLog.ts";
import { calibrate } from "./calibrate.ts";
import { caseSets } from "./cases.ts";
import { isZeroShot, measure, type Measured, pool, tabulate } from "./measure.ts";
import { type Options, readOptions, type TaskName } from "./options.ts";
import { recommend } from "./recommend.ts";
import { documentOf, writeResult } from "./report/document.ts";
import type { TasksResult, TaskTable } from "./result.ts";

const root = path.resolve(import.meta.dirname, "..", "..");
const cache = path.join(root, "node_modules", ".cache");

const args = process.argv.slice(2);
const options = readOptions(args);
const result =
  options.from === undefined
    ? await measureModel(options)
    : (JSON.parse(fs.readFileSync(options.from, "utf8")) as TasksResult);
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : documentOf(result));
if (options.write) {
  const folder = modelFolder(options.model);
  if (path.basename(folder) !== result.model)
    throw new Error(`The result is of ${result.model}: name it with --model.`);
  await writeResult(root, folder, result);
}

async function measureModel({ model, dtype, tasks, limit, seed, resume }: Options): Promise<TasksResult> {
  const folder = modelFolder(model);
  const sha256 = weightsHash(folder);
  const engine = new Engine({ cacheFolder: path.join(cache, "packed") });
  try {
    const run = {
      model: await engineTaskModel(engine, { folder, dtype, device: "cpu" }, new AbortController().signal),
      identity: [sha256, dtype, codeHash()],
      answers: new AnswerLog(path.join(cache, "bench-tasks", `${path.basename(folder)}.jsonl`), resume),
      seed,
    };
    const tables: TaskTable[] = [];
    const measured = new Map<TaskName, Measured[]>();
    for (const task of tasks) {
      const all: Measured[][] = [];
      for (const set of caseSets(task, limit)) all.push(await measure(run, set));
      const together = all.length > 1 ? pool("all directions", all) : (all[0] ?? []);
      measured.set(task, together);
      const each = all.length > 1 ? [together, ...all] : all;
      for (const one of each) tables.push(tabulate(one, seed));
    }
    // The first table of a task is the one of all its cases.
    const overall = tasks.flatMap((task) => tables.find((table) => table.task === task) ?? []);
    return {
      model: path.basename(folder),
      sha256,
      dtype,
      date: new Date().toISOString().slice(0, 10),
      command: ["npm run bench:tasks --", ...args.filter((arg) => arg !== "--json" && arg !== "--resume")].join(" "),
      seed,
      tables,
      recommendations: overall.map(recommend),
      calibrations: calibrations(path.basename(folder), measured.get("answer") ?? [], seed),
    };
  } finally {
    await engine.dispose();
  }
}

/** Of answers that were written, and of those that were chosen, both without examples. */
function calibrations(model: string, measured: readonly Measured[], seed: number): TasksResult["calibrations"] {
  return measured
    .filter(({ setup }) => isZeroShot({ ...setup, mode: "generate" }))
    .flatMap((one) => {
      const calibrated = calibrate(model, one, seed);
      if (!calibrated) log(`${one.setup.template.id}, ${one.setup.mode}: too few answers of either kind to calibrate.`);
      return calibrated ? [calibrated] : [];
    });
}

/** Of what makes prompts and cuts answers: other code may answer otherwise. What is learnt from answers changes none. */
function codeHash(): string {
  const hash = createHash("sha256");
  for (const layer of ["prompts", "tasks"]) {
    const folder = path.join(root, "src", layer);
    const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".ts") && name !== "calibrations.ts").sort()) {
      hash.update(fs.readFileSync(path.join(folder, file)));
    }
  }
  return hash.digest("hex");
}

/** An embedded model by its name, or any folder. */
function modelFolder(model: string): string {
  const embedded = path.join(root, "models", model);
  return fs.existsSync(embedded) ? embedded : path.resolve(model);
}

function weightsHash(folder: string): string {
  const hash = createHash("sha256");
  const files = fs.readdirSync(folder).filter((name) => /^model.*\.safetensors$/.test(name));
  if (files.length === 0) throw new Error(`${folder} has no model.safetensors: name the folder of a checkpoint.`);
  for (const file of files.sort()) hash.update(fs.readFileSync(path.join(folder, file)));
  return hash.digest("hex");
}
