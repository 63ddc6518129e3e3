import * as path from "node:path";
import { log } from "../log.ts";
import { writeRandomPacked } from "../models/randomPacked.ts";
import { shapeConfig } from "../models/shapes.ts";
import type { Options } from "../options.ts";
import type { Manners } from "../report/result.ts";
import { measureCancellation } from "./cancellation.ts";
import { startEngine } from "./engineClient.ts";
import { measureIdleCpu } from "./idleCpu.ts";

const TRIALS = 40;
/** The last run's threads may go to sleep. */
const SETTLE_MS = 2000;

/** Measures the engine process as the editor runs it: how fast it lets go, and that it rests when nobody asks. */
export async function measureManners(workFolder: string, { threads, idleSeconds }: Options): Promise<Manners> {
  const folder = path.join(workFolder, "manners");
  writeRandomPacked(folder, shapeConfig("gpt2"), "int8");
  const engine = await startEngine(threads, folder);
  try {
    log(`cancelling ${2 * TRIALS} requests`);
    const cancellation = await measureCancellation(engine, folder, TRIALS);
    log(`watching an idle engine for ${idleSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const idleCpuPercent = await measureIdleCpu(engine.pid, idleSeconds);
    return { cancellation, idleSeconds, ...(idleCpuPercent === undefined ? {} : { idleCpuPercent }) };
  } finally {
    await engine.stop();
  }
}
