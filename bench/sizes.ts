import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readConfig } from "../src/engine/model/checkpoint.ts";
import { countParameters, type Gpt2Config } from "../src/engine/model/gpt2Config.ts";
import type { Dtype } from "../src/shared/protocol.ts";
import type { EngineSpec } from "./engines/benchEngine.ts";
import { TASKS } from "./figures.ts";
import { log } from "./log.ts";
import { measureInTurn } from "./measureInTurn.ts";
import { MemoryBandwidth } from "./memoryBandwidth.ts";
import { writeRandomPacked } from "./models/randomPacked.ts";
import { shapeConfig, type ShapeName, shapeNames } from "./models/shapes.ts";
import { bytesPerToken } from "./models/weightBytes.ts";
import type { Options } from "./options.ts";
import type { SizeResult } from "./report/result.ts";

const EMBEDDED = "localghost-nano";
/** The large sizes take minutes. */
const QUICK = [EMBEDDED, "gpt2"];
const ALL = "all";
const DTYPES: readonly Dtype[] = ["int8", "int4"];
const ROUNDS = 3;
const MEASURED = [TASKS.decode64, TASKS.decode256, TASKS.prefill128];

/** Measures our engine on the embedded model's shape and on the four sizes of GPT-2, with random weights. */
export async function measureSizes(workFolder: string, { models, threads, patience }: Options): Promise<SizeResult[]> {
  const bandwidth = await MemoryBandwidth.start(threads);
  const results: SizeResult[] = [];
  try {
    for (const model of chosen(models)) {
      const config = configOf(model);
      const folder = path.join(workFolder, `size-${model}`);
      const specs = DTYPES.filter((dtype) => fits(config, dtype, model)).map((dtype): EngineSpec => {
        writeRandomPacked(folder, config, dtype);
        return { engine: "Localghost", dtype, folder, threads };
      });
      log(`measuring ${model}`);
      const turn = await measureInTurn(specs, bandwidth, { tasks: MEASURED, rounds: ROUNDS, loads: ROUNDS, patience });
      for (const engine of turn.engines) {
        const measured = { ...engine, bytesPerToken: bytesPerToken(config, engine.dtype) };
        const parameters = countParameters(config);
        results.push({
          model,
          parameters,
          dtype: engine.dtype,
          measured,
          bandwidth: turn.bandwidth,
          disturbance: turn.disturbance,
        });
      }
      fs.rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await bandwidth.stop();
  }
  return results;
}

function chosen(models: readonly string[] | undefined): readonly string[] {
  if (models?.join() === ALL) return [EMBEDDED, ...shapeNames];
  return models ?? QUICK;
}

function configOf(model: string): Gpt2Config {
  if (model === EMBEDDED) return readConfig(path.resolve(import.meta.dirname, "../models", EMBEDDED));
  const shape = shapeNames.find((name): name is ShapeName => name === model);
  if (shape) return shapeConfig(shape);
  throw new Error(`There is no model "${model}": use ${[EMBEDDED, ...shapeNames, ALL].join(", ")}.`);
}

/** Loading holds the weights twice for a while: as they are in the file, and as the kernels want them. */
function fits(config: Gpt2Config, dtype: Dtype, model: string): boolean {
  if (2 * bytesPerToken(config, dtype) <= os.freemem()) return true;
  log(`${model} in ${dtype} does not fit in memory`);
  return false;
}
