import * as path from "node:path";
import type { TestContext } from "node:test";
import { DraftPolicy } from "../../src/engine/draftPolicy.ts";
import { DraftTrial } from "../../src/engine/draftTrial.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import { createCpuModel } from "../../src/engine/model/cpuModel.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { makePackedWeights, packedFileName } from "../../src/engine/model/packedWeights.ts";
import type { Dtype } from "../../src/shared/protocol.ts";
import { neverAborted, temporaryFolder } from "./fixtures.ts";

/** Packs a checkpoint into a temporary folder and loads it; both are gone when the test ends. */
export async function loadForTest(t: TestContext, folder: string, dtype: Dtype): Promise<LoadedModel> {
  const weights = await makePackedWeights(folder, dtype, path.join(temporaryFolder(t), packedFileName(dtype)));
  const model = await createCpuModel(weights, folder, { threads: 2 });
  t.after(() => model.dispose());
  return {
    model,
    tokenizer: loadTokenizer(folder),
    sequences: new SequencePool(model),
    drafts: new DraftPolicy(),
    draftTrial: new DraftTrial(),
    endOfText: weights.config.endOfText,
  };
}

/** Logits after each of `ids`, run in chunks of `chunk` tokens: one row of the vocabulary an id. */
export async function logitsInChunks(
  model: LanguageModel,
  ids: readonly number[],
  chunk: number,
): Promise<Float32Array[]> {
  const { vocabularySize } = model.info;
  const sequence = model.newSequence();
  const rows: Float32Array[] = [];
  for (let start = 0; start < ids.length; start += chunk) {
    const part = ids.slice(start, start + chunk);
    const logits = await model.forward(sequence, part, [...part.keys()]);
    for (const i of part.keys()) rows.push(logits.slice(i * vocabularySize, (i + 1) * vocabularySize));
  }
  return rows;
}

/**
 * Whether this processor gives int4 the same logits alone and together, as all others do. AVX2 without VNNI does not:
 * there are no drafts then, and a text among alternatives may be another than alone.
 */
export function rowsAreSame({ model, draftTrial, tokenizer }: LoadedModel): Promise<boolean> {
  return draftTrial.passes(model, tokenizer.encode("export function add(a: number, b: number): number {"), soleJob());
}

/** A job that is alone and never cancelled. */
export function soleJob(): ReturnType<Scheduler["start"]> {
  return new Scheduler().start("action", neverAborted());
}
