import * as path from "node:path";
import { checkAgreement } from "./agreement.ts";
import { TASKS } from "./figures.ts";
import { log } from "./log.ts";
import { measureInTurn } from "./measureInTurn.ts";
import { MemoryBandwidth } from "./memoryBandwidth.ts";
import { prepareModels } from "./models/prepareModels.ts";
import { shapeConfig } from "./models/shapes.ts";
import { bytesPerToken } from "./models/weightBytes.ts";
import type { Options } from "./options.ts";
import type { Comparison } from "./report/result.ts";

const MODEL = "gpt2";
const LOADS = 3;

/** Measures the shape of GPT-2 small in every engine, on the same random weights. */
export async function measureComparison(workFolder: string, options: Options): Promise<Comparison> {
  const { threads, rounds, peers } = options;
  const config = shapeConfig(MODEL);
  const folder = path.join(workFolder, MODEL);
  const specs = await prepareModels(folder, config, threads, peers);
  const reference = { engine: "Localghost", dtype: "fp32", folder, threads } as const;
  log("checking that all engines compute the same model");
  const agreement = await checkAgreement(specs, reference);
  log(`measuring ${specs.length} engines in turn`);
  const bandwidth = await MemoryBandwidth.start(threads);
  try {
    const turn = await measureInTurn(specs, bandwidth, {
      tasks: Object.values(TASKS),
      rounds,
      loads: LOADS,
      patience: options.patience,
    });
    const engines = turn.engines.map((engine) => ({ ...engine, bytesPerToken: bytesPerToken(config, engine.dtype) }));
    return { model: MODEL, rounds, ...turn, engines, agreement };
  } finally {
    await bandwidth.stop();
  }
}
