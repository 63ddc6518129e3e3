import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Engine } from "../../engine/engine.ts";
import { DataError } from "../../eval/data/dataSource.ts";
import type { EvalTask } from "../../eval/evalTask.ts";
import type { EvalResult } from "../../eval/report/evalResult.ts";
import { markdownRow, markdownTable } from "../../eval/report/markdown.ts";
import { plotResult } from "../../eval/report/plot.ts";
import { EVAL_TASKS, findEvalTask } from "../../eval/tasks/index.ts";
import { LocalghostError } from "../../shared/errors.ts";
import type { ModelSpec } from "../../shared/protocol.ts";
import { modelOptions, modelSpec, optionalCount, optionalNumber, parseOptions, UsageError } from "../arguments.ts";
import { engineEvalModel, weightsHash } from "../eval/evalModel.ts";
import { type MeasureRequest, measureTask } from "../eval/measureTask.ts";
import { type DiskData, openData } from "../eval/openData.ts";
import { interruptible, printColumns, printJson } from "./modelsOptions.ts";

export const evalHelp = `localghost eval TASK --data PATH [options]   Measure a model as the paper did.
  TASK                     ${taskNames()}; or all
      --list               print the tasks, their formats and where to get the sets
      --data PATH          the set's file or folder; for all, a folder of sets
      --training PATH      memorization: the training text to compare with
  -m, --model M, --dtype D, --device D   as for complete
      --threads N          all cores unless you say otherwise
      --limit N            measure on N records, drawn by the seed
      --seed S             decides what is drawn and sampled (1)
      --shots N            examples in the prompt, where the task has any
      --stride N           tokens that a window moves by (half of the model's context)
      --strict             stop at a record that cannot be used, rather than skip it
      --out FOLDER         write the result as JSON, Markdown and SVG, and every record's
      --resume             with --out: go on with a run that was stopped
      --json               print the result as JSON`;

function taskNames(): string {
  const names = EVAL_TASKS.map(({ id }) => id);
  const half = Math.ceil(names.length / 2);
  return `${names.slice(0, half).join(", ")},\n                           ${names.slice(half).join(", ")}`;
}

const options = {
  ...modelOptions,
  list: { type: "boolean", default: false },
  data: { type: "string" },
  training: { type: "string" },
  limit: { type: "string" },
  seed: { type: "string" },
  shots: { type: "string" },
  stride: { type: "string" },
  strict: { type: "boolean", default: false },
  out: { type: "string" },
  resume: { type: "boolean", default: false },
} as const;
type Values = ReturnType<typeof parseOptions<typeof options>>;

/** Prints a Markdown table of figures, or JSON; how far it is, and what was skipped, goes to stderr. */
export async function evalCommand(args: string[]): Promise<void> {
  const [first = ""] = args;
  const name = first.startsWith("-") || first === "" ? undefined : first;
  const values = parseOptions(name === undefined ? args : args.slice(1), options);
  if (values.list) {
    printTasks(values.json);
    return;
  }
  if (name === undefined) throw new UsageError('"eval" needs a task: see localghost eval --list');
  if (values.resume && values.out === undefined) throw new UsageError("--resume needs --out");
  const chosen = chooseSets(name, values);
  const measuring = measuringOptions(values);
  const spec = modelSpec(values);
  const signal = interruptible();
  const threads = optionalCount("--threads", values.threads, 0) ?? os.availableParallelism();
  const engine = new Engine({ threads });
  const results: EvalResult[] = [];
  try {
    for (const { task, file } of chosen) {
      const model = task.needsModel ? await describedModel(engine, spec, signal) : undefined;
      const data = open(file, values.strict);
      const training = values.training === undefined ? undefined : open(values.training, values.strict);
      const result = await measureTask({
        task,
        data,
        ...(training ? { training } : {}),
        ...(model ? { model } : {}),
        options: measuring,
        ...(values.out === undefined
          ? {}
          : { log: { file: outFile(values, task, "records.jsonl"), resume: values.resume } }),
        command: commandLine(task, file, values),
        quiet: values.json,
        signal,
      });
      results.push(result);
      if (values.out !== undefined) writeResult(values, task, result);
    }
  } finally {
    await engine.dispose();
  }
  if (values.json) printJson(name === "all" ? results : results[0]);
  else printResults(results);
}

interface ChosenSet {
  readonly task: EvalTask;
  readonly file: string;
}

/** The task that was named with its data; of all, those whose data lie in the folder under their published names. */
function chooseSets(name: string, { data, training }: Values): ChosenSet[] {
  if (data === undefined) throw new UsageError(`"eval ${name}" needs --data PATH`);
  if (name !== "all") {
    const task = findEvalTask(name);
    if (!task) throw new UsageError(`there is no benchmark "${name}": see localghost eval --list`);
    return [{ task, file: data }];
  }
  const found = EVAL_TASKS.flatMap((task): ChosenSet[] => {
    const file = task.files.map((one) => path.join(data, one)).find((one) => fs.existsSync(one));
    const lacksTraining = !task.needsModel && training === undefined;
    if (file !== undefined && !lacksTraining) return [{ task, file }];
    if (lacksTraining) {
      process.stderr.write(`localghost: ${task.id} is left out: it needs --training\n`);
      return [];
    }
    process.stderr.write(`localghost: ${task.id} is left out: ${data} has no ${task.files.join(" or ")}\n`);
    return [];
  });
  if (found.length > 0) return found;
  throw new LocalghostError(
    "invalidRequest",
    `${data} has none of the sets: see localghost eval --list for their names.`,
  );
}

function measuringOptions({ limit, seed, shots, stride }: Values): MeasureRequest["options"] {
  const limitCount = optionalCount("--limit", limit, 1);
  const shotCount = optionalCount("--shots", shots, 0);
  const strideCount = optionalCount("--stride", stride, 1);
  const seedNumber = optionalNumber("--seed", seed) ?? 1;
  if (!Number.isSafeInteger(seedNumber)) throw new UsageError(`--seed must be a whole number, not ${seedNumber}`);
  return {
    seed: seedNumber,
    ...(limitCount === undefined ? {} : { limit: limitCount }),
    ...(shotCount === undefined ? {} : { shots: shotCount }),
    ...(strideCount === undefined ? {} : { stride: strideCount }),
  };
}

async function describedModel(
  engine: Engine,
  spec: ModelSpec,
  signal: AbortSignal,
): Promise<NonNullable<MeasureRequest["model"]>> {
  const { evalModel, info } = await engineEvalModel(engine, spec, signal);
  const { name, parameters, contextLength, dtype, device } = info;
  const about = { name, sha256: await weightsHash(spec.folder), parameters, contextLength, dtype, device };
  return { evalModel, about };
}

function open(file: string, strict: boolean): DiskData {
  const onRejected = (error: DataError): void => void process.stderr.write(`localghost: skipped: ${error.message}\n`);
  try {
    return openData(file, { strict, onRejected });
  } catch (error) {
    if (error instanceof DataError) throw new LocalghostError("invalidRequest", error.message, { cause: error });
    throw error;
  }
}

/** The command that gives the same result, with what was left to its default too where that may change. */
function commandLine({ id, needsModel }: EvalTask, file: string, values: Values): string {
  const { model, dtype, device, training, limit, seed, shots, stride } = values;
  const named = { ...(needsModel ? {} : { training }), limit, seed, shots, stride };
  const words = [
    ...["localghost", "eval", id, "--data", file],
    ...(needsModel ? ["--model", model, "--dtype", dtype, "--device", device] : []),
    ...Object.entries(named).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, value])),
  ];
  return words.map((word) => (/^[\w./=@:,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

function outFile({ out = ".", model, dtype }: Values, { id, needsModel }: EvalTask, ending: string): string {
  return path.join(out, [id, ...(needsModel ? [path.basename(model), dtype] : []), ending].join("."));
}

function writeResult(values: Values, task: EvalTask, result: EvalResult): void {
  fs.writeFileSync(outFile(values, task, "json"), `${JSON.stringify(result, null, 2)}\n`);
  fs.writeFileSync(outFile(values, task, "md"), markdownRow(result));
  fs.writeFileSync(outFile(values, task, "svg"), plotResult(result));
}

function printResults(results: readonly EvalResult[]): void {
  process.stdout.write(markdownTable(results));
  for (const { title, notes, data } of results) {
    const skipped = data.skipped > 0 ? [`${data.skipped} records could not be used and were skipped.`] : [];
    const lines = [...notes, ...skipped];
    if (lines.length > 0) process.stdout.write(`\n${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`);
  }
}

function printTasks(asJson: boolean): void {
  if (asJson) {
    printJson(
      EVAL_TASKS.map(({ id, title, description, files, source, licence }) => ({
        id,
        title,
        description,
        files,
        source,
        licence,
      })),
    );
    return;
  }
  printColumns(EVAL_TASKS.map(({ id, description, source }) => [id, `${description}. From: ${source}`]));
}
