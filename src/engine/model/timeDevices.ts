import { LocalghostError } from "../../shared/errors.ts";
import { createCpuModel } from "./cpuModel.ts";
import type { DeviceTimes } from "./deviceMemory.ts";
import type { LanguageModel } from "./languageModel.ts";
import type { PackedWeights } from "./packedWeights.ts";
import { createWebgpuModel } from "./webgpuModel.ts";

const CONTEXT_TOKENS = 32;
const WARM_UP_STEPS = 2;
const TIMED_STEPS = 7;

/** Times a decoding step of a model on the CPU and on the GPU. Takes seconds: GPU kernels are compiled first. */
export async function timeDevices(weights: PackedWeights, folder: string, threads: number): Promise<DeviceTimes> {
  let gpu: LanguageModel;
  try {
    gpu = await createWebgpuModel(weights, folder);
  } catch (error) {
    if (error instanceof LocalghostError) return { onlyCpuBecause: error.message };
    throw error;
  }
  const webgpuMs = await timeAndDispose(gpu);
  return { cpuMs: await timeAndDispose(await createCpuModel(weights, folder, { threads })), webgpuMs };
}

/** Median milliseconds of a decoding step. */
async function timeAndDispose(model: LanguageModel): Promise<number> {
  const sequence = model.newSequence();
  try {
    await model.forward(sequence, new Array<number>(CONTEXT_TOKENS).fill(0), []);
    const times: number[] = [];
    for (let step = 0; step < WARM_UP_STEPS + TIMED_STEPS; step++) {
      const start = performance.now();
      await model.forward(sequence, [0], [0]);
      if (step >= WARM_UP_STEPS) times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[Math.floor(TIMED_STEPS / 2)] ?? NaN;
  } finally {
    sequence.dispose();
    await model.dispose();
  }
}
