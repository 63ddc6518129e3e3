import * as path from "node:path";
import type { EvalTask } from "../../../src/eval/evalTask.ts";
import { findEvalTask } from "../../../src/eval/tasks/index.ts";
import type { EvalResult } from "../../../src/eval/report/evalResult.ts";
import { engineEvalModel } from "../../../src/cli/eval/evalModel.ts";
import { type MeasureRequest, measureTask } from "../../../src/cli/eval/measureTask.ts";
import { type DataCare, openData } from "../../../src/cli/eval/openData.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { fixturesFolder, neverAborted } from "../../helpers/fixtures.ts";

export const setsFolder = path.join(fixturesFolder, "evalSets");
export const LENIENT: DataCare = { strict: false, onRejected: () => undefined };

export function evalTask(id: string): EvalTask {
  const task = findEvalTask(id);
  if (!task) throw new Error(`there is no task "${id}"`);
  return task;
}

/** Measures a task with a model in fp32 on the CPU, and keeps what was made of each record. */
export async function measure<T>(
  engine: Engine,
  folder: string,
  id: string,
  file: string,
  options: Partial<MeasureRequest["options"]> = {},
): Promise<{ result: EvalResult; outcomes: T[] }> {
  const outcomes: T[] = [];
  const task = evalTask(id);
  const model = { folder, dtype: "fp32", device: "cpu" } as const;
  const { evalModel, info } = await engineEvalModel(engine, model, neverAborted());
  const { name, parameters, contextLength, dtype, device } = info;
  const result = await measureTask({
    task: {
      ...task,
      open: async (run) => {
        const opened = await task.open(run);
        return {
          ...opened,
          measure: async (record, index) => {
            const outcome = await opened.measure(record, index);
            outcomes.push(outcome as T);
            return outcome;
          },
        };
      },
    },
    data: openData(path.join(setsFolder, file), LENIENT),
    training: openData(path.join(setsFolder, "memorization-training.txt"), LENIENT),
    model: { evalModel, about: { name, sha256: "", parameters, contextLength, dtype, device } },
    options: { seed: 1, ...options },
    command: "",
    quiet: true,
    signal: neverAborted(),
  });
  return { result, outcomes };
}
