import { generate, type LoadedModel } from "../../../src/engine/generate.ts";
import type { StartMixture } from "../../../src/engine/memory/mixture.ts";
import type { Job } from "../../../src/engine/scheduler.ts";
import type { GenerateParams, GenerateProgress, GenerateResult } from "../../../src/shared/protocol.ts";
import { soleJob } from "../../helpers/models.ts";

export interface Generation {
  result: GenerateResult;
  progress: GenerateProgress[];
  /** The texts of all progress, joined. */
  streamed: string;
}

/** Runs a generation to its end and keeps all that it reported. */
export async function generateAll(
  loaded: LoadedModel,
  params: Partial<GenerateParams> & { prompt: string },
  job: Job = soleJob(),
  onProgress: (progress: GenerateProgress) => void = () => undefined,
  startMixture?: StartMixture,
): Promise<Generation> {
  const model = { folder: loaded.model.info.folder };
  const generation = generate(loaded, { model, maxTokens: 32, priority: "action", ...params }, job, startMixture);
  const progress: GenerateProgress[] = [];
  for (;;) {
    const next = await generation.next();
    if (next.done) return { result: next.value, progress, streamed: progress.map(({ text }) => text).join("") };
    progress.push(next.value);
    onProgress(next.value);
  }
}

export function idsOf({ result }: Generation): number[] {
  return result.tokens.map(({ id }) => id);
}
