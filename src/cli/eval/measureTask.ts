import { DataError } from "../../eval/data/dataSource.ts";
import type { EvalModel } from "../../eval/evalModel.ts";
import type { EvalOptions, EvalRun, EvalTask, OpenedTask } from "../../eval/evalTask.ts";
import type { EvalResult } from "../../eval/report/evalResult.ts";
import { sample } from "../../eval/sample.ts";
import { seededRandom } from "../../engine/sampling/random.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { VERSION } from "../../shared/version.ts";
import type { DiskData } from "./openData.ts";
import { evalProgress } from "./progress.ts";
import { RecordLog } from "./recordLog.ts";

/** What a task is measured on, and how. */
export interface MeasureRequest {
  readonly task: EvalTask;
  readonly data: DiskData;
  readonly training?: DiskData;
  /** Absent for a task that asks no model. */
  readonly model?: { readonly evalModel: EvalModel; readonly about: NonNullable<EvalResult["model"]> };
  readonly options: EvalOptions & { readonly limit?: number };
  /** Where outcomes are kept; nowhere when absent. */
  readonly log?: { readonly file: string; readonly resume: boolean };
  readonly command: string;
  /** Say nothing of how far it is. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
}

/**
 * Measures a task record by record.
 * @throws LocalghostError `invalidRequest` that names file and line for data that cannot be used, `cancelled`, and what
 * the model throws
 */
export async function measureTask(request: MeasureRequest): Promise<EvalResult> {
  const { task, data, training, model, options, log, command, signal } = request;
  const sha256 = await data.sha256();
  const trainingHash = await training?.sha256();
  const config = {
    version: VERSION,
    task: task.id,
    model: model?.about,
    data: sha256,
    training: trainingHash,
    options,
  };
  const recordLog = log && new RecordLog(log.file, config, log.resume);
  const run: EvalRun = {
    model: model?.evalModel ?? NO_MODEL,
    data,
    ...(training ? { training } : {}),
    options,
    random: seededRandom,
    signal,
  };
  const opened = await naming(() => task.open(run));
  let records = 0;
  const counted = count(opened.records, () => records++);
  const drawn = await naming(() => sample(counted, options.limit, seededRandom(options.seed)));
  if (drawn.length === 0) {
    throw new LocalghostError(
      "invalidRequest",
      `${data.path} has no record left to measure on: lower --shots, whose examples are records of the set.`,
    );
  }

  const progress = evalProgress(task.id, drawn.length, request);
  const outcomes: unknown[] = [];
  let seconds = 0;
  for (const { index, record } of drawn) {
    if (signal.aborted) throw stopped(log !== undefined);
    const known = recordLog?.get(index);
    const logged = known ?? (await measureOne(opened, record, index, log !== undefined));
    if (!known) recordLog?.add(logged);
    outcomes.push(logged.outcome);
    seconds += logged.seconds;
    progress.step(!known);
  }
  progress.end();
  return {
    task: task.id,
    title: task.title,
    ...(model ? { model: model.about } : {}),
    ...opened.summarize(outcomes, seededRandom(options.seed)),
    data: { path: data.path, sha256, measured: drawn.length, records, skipped: data.rejected.length },
    options,
    command,
    version: VERSION,
    date: new Date().toISOString().slice(0, 10),
    seconds: Math.round(10 * seconds) / 10,
  };
}

async function measureOne(
  opened: OpenedTask<unknown, unknown>,
  record: unknown,
  index: number,
  isLogged: boolean,
): Promise<{ index: number; outcome: unknown; seconds: number }> {
  const began = performance.now();
  try {
    const outcome = await opened.measure(record, index);
    return { index, outcome, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    if (error instanceof LocalghostError && error.kind === "cancelled") throw stopped(isLogged);
    throw error;
  }
}

function stopped(isLogged: boolean): LocalghostError {
  const how = isLogged ? "the same command with --resume goes on" : "with --out it could go on later";
  return new LocalghostError("cancelled", `Measuring was stopped: ${how}.`);
}

async function* count<T>(records: AsyncIterable<T>, onRecord: () => void): AsyncGenerator<T> {
  for await (const record of records) {
    onRecord();
    yield record;
  }
}

/** What is wrong with data is the user's to see. */
async function naming<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) throw new LocalghostError("invalidRequest", error.message, { cause: error });
    throw error;
  }
}

const refuse = (): never => {
  throw new TypeError("this task asks no model");
};
const NO_MODEL: EvalModel = {
  name: "none",
  contextLength: 0,
  generate: refuse,
  rank: refuse,
  tokenize: refuse,
  score: refuse,
};
