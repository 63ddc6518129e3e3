/**
 * The WebGPU path against the CPU's, on whatever adapter there is; `npm test` offers SwiftShader where there is no GPU.
 */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { Engine } from "../../src/engine/engine.ts";
import { createCpuModel } from "../../src/engine/model/cpuModel.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { makePackedWeights, packedFileName, type PackedWeights } from "../../src/engine/model/packedWeights.ts";
import { createWebgpuModel } from "../../src/engine/model/webgpuModel.ts";
import { runDeviceTrial } from "../../src/engine/deviceTrial.ts";
import { DraftPolicy } from "../../src/engine/draftPolicy.ts";
import { DraftTrial } from "../../src/engine/draftTrial.ts";
import { rank } from "../../src/engine/rank.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import type { Dtype, ModelInfo, RankParams } from "../../src/shared/protocol.ts";
import {
  checkpointFolder,
  copyModel,
  largestDifference,
  neverAborted,
  readFixture,
  temporaryFolder,
} from "../helpers/fixtures.ts";
import { logitsInChunks, soleJob } from "../helpers/models.ts";

const IDS = readFixture<{ ids: number[] }>("checkpoints", "tiny-plain", "reference.json").ids;

/** Both models of a checkpoint; skips the test where no adapter is found. */
async function bothDevices(
  t: TestContext,
  name: string,
  dtype: Dtype,
): Promise<{ cpu: LanguageModel; gpu: LanguageModel } | undefined> {
  const folder = checkpointFolder(name);
  const weights: PackedWeights = await makePackedWeights(
    folder,
    dtype,
    path.join(temporaryFolder(t), packedFileName(dtype)),
  );
  try {
    const gpu = await createWebgpuModel(weights, folder);
    t.after(() => gpu.dispose());
    const cpu = await createCpuModel(weights, folder, { threads: 2 });
    t.after(() => cpu.dispose());
    return { cpu, gpu };
  } catch (error) {
    if (!(error instanceof LocalghostError) || !error.message.includes("adapter")) throw error;
    t.skip(error.message);
    return undefined;
  }
}

for (const name of ["tiny-plain", "tiny-odd", "tiny-layer-scale"]) {
  test(`fp32 logits equal the CPU's, whole, in chunks and step by step: ${name}`, async (t) => {
    const models = await bothDevices(t, name, "fp32");
    if (!models) return;
    const expected = await logitsInChunks(models.cpu, IDS, IDS.length);
    for (const chunk of [IDS.length, 5, 1]) {
      const rows = await logitsInChunks(models.gpu, IDS, chunk);
      for (const [i, row] of rows.entries()) {
        const difference = largestDifference(row, expected[i] ?? []);
        assert.ok(difference < 1e-4, `chunks of ${chunk} differ by ${difference} at ${i}`);
      }
    }
  });
}

test("a text that is read in long runs has the CPU's logits, and so has what follows it", async (t) => {
  const models = await bothDevices(t, "tiny-plain", "fp32");
  if (!models) return;
  const { contextLength, vocabularySize } = models.cpu.info;
  const ids = Array.from({ length: Math.min(contextLength, 100) }, (_, i) => (i * 37) % vocabularySize);
  const expected = await logitsInChunks(models.cpu, ids, ids.length);
  for (const chunk of [ids.length, 64, 33]) {
    const rows = await logitsInChunks(models.gpu, ids, chunk);
    for (const [i, row] of rows.entries()) {
      const difference = largestDifference(row, expected[i] ?? []);
      assert.ok(difference < 1e-4, `chunks of ${chunk} differ by ${difference} at ${i}`);
    }
  }
});

test("after a rewind the logits are the same, and two sequences do not mix", async (t) => {
  const models = await bothDevices(t, "tiny-plain", "fp32");
  if (!models) return;
  const { cpu, gpu } = models;
  const expected = await logitsInChunks(cpu, IDS, IDS.length);
  const [one, other] = [gpu.newSequence(), gpu.newSequence()];
  await gpu.forward(one, IDS.slice(0, 8), []);
  await gpu.forward(other, [9, 9, 9], []);
  await gpu.forward(one, [1, 2, 3], []);
  one.rewindTo(6);
  const logits = await gpu.forward(one, IDS.slice(6), [IDS.length - 7]);
  assert.ok(largestDifference(logits, expected.at(-1) ?? []) < 1e-4);
  one.dispose();
  other.dispose();
});

test("candidates, which the CPU runs side by side, get the same scores one after the other", async (t) => {
  const models = await bothDevices(t, "tiny-plain", "fp32");
  if (!models) return;
  const folder = checkpointFolder("tiny-plain");
  const candidates = ["a", "abc", "abd", "ab", "xyz"];
  const scoresOn = async (model: LanguageModel): Promise<number[]> => {
    const loaded = {
      model,
      tokenizer: loadTokenizer(folder),
      sequences: new SequencePool(model),
      drafts: new DraftPolicy(),
      draftTrial: new DraftTrial(),
      endOfText: undefined,
    };
    const params: RankParams = { model: { folder }, prompt: "Once", candidates, priority: "action" };
    const result = await rank(loaded, params, soleJob());
    assert.equal(result.device, model.info.device);
    return result.candidates.map(({ logprob }) => logprob);
  };
  const [cpu, gpu] = [await scoresOn(models.cpu), await scoresOn(models.gpu)];
  assert.ok(largestDifference(cpu, gpu) < 1e-3, `${cpu.join()} and ${gpu.join()}`);
});

// On the CPU quantized weights multiply activations that are rounded to 8 bits; a GPU may keep them whole.
for (const [dtype, bound] of [
  ["fp16", 0.002],
  ["int8", 0.03],
  ["int4", 0.03],
] as const) {
  test(`${dtype} logits are near those that the CPU computes from the same weights`, async (t) => {
    const models = await bothDevices(t, "tiny-plain", dtype);
    if (!models) return;
    const expected = (await logitsInChunks(models.cpu, IDS, 5)).flatMap((row) => [...row]);
    const actual = (await logitsInChunks(models.gpu, IDS, 5)).flatMap((row) => [...row]);
    const size = Math.sqrt(expected.reduce((sum, value) => sum + value ** 2, 0));
    const error = Math.sqrt(expected.reduce((sum, value, i) => sum + (value - (actual[i] ?? NaN)) ** 2, 0));
    assert.ok(error / size < bound, `relative error ${error / size}`);
  });
}

test("auto times both devices in a process of its own, once, and tells why it took one", async (t) => {
  if (!(await bothDevices(t, "tiny-plain", "fp32"))) return;
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const cacheFolder = temporaryFolder(t);
  const script = path.resolve(import.meta.dirname, "..", "..", "src", "engine", "main.ts");
  let trials = 0;
  const load = async (): Promise<ModelInfo[]> => {
    const infos: ModelInfo[] = [];
    let changed: (info: ModelInfo) => void = () => undefined;
    const settled = new Promise<ModelInfo>((resolve) => (changed = resolve));
    const engine = new Engine({
      cacheFolder,
      onModelChanged: (info) => changed(info),
      tryDevices: (trial) => {
        trials++;
        return runDeviceTrial(script, trial);
      },
    });
    const first = await engine.load({ folder }, neverAborted());
    infos.push({ ...first });
    if (trials > 0 && infos.length === 1 && first.deviceReason.includes("not been tried")) infos.push(await settled);
    await engine.dispose();
    return infos;
  };

  const [before, after] = await load();
  assert.match(before?.deviceReason ?? "", /has not been tried/);
  assert.match(
    after?.deviceReason ?? "",
    /^The [CG]PU is faster \([\d.]+ ms a token on the GPU, [\d.]+ ms on the CPU\)\.$/,
  );
  const [again] = await load();
  assert.equal(again?.deviceReason, after?.deviceReason);
  assert.equal(again?.device, after?.device);
  assert.equal(trials, 1);
  assert.deepEqual(fs.readdirSync(cacheFolder), ["devices.json"]);
});
