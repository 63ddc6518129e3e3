/** The engine in WebAssembly, as packages for Intel Macs and Alpine Linux run it: the same graphs must give the same logits. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { registerHooks } from "node:module";
import * as path from "node:path";
import { test } from "node:test";
import {
  checkpointFolder,
  fixturesFolder,
  largestDifference,
  nanoFolder,
  readFixture,
  temporaryFolder,
} from "../helpers/fixtures.ts";

const wasmRuntime = new URL("../../src/engine/model/wasmRuntime.ts", import.meta.url).href;
// What the bundler does for such a package. The engine is imported after it.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "onnxruntime-node" ? { url: wasmRuntime, shortCircuit: true } : next(specifier, context),
});
const { loadForTest, logitsInChunks } = await import("../helpers/models.ts");
const { loadModel } = await import("../../src/engine/model/loadModel.ts");
const { InferenceSession } = await import("../../src/engine/model/wasmRuntime.ts");
const { refuseCudaElsewhere } = await import("../../src/engine/model/cudaLibraries.ts");

interface LogitsFixture {
  prompts: { name: string; ids: number[]; rows: { position: number; logits: number[] }[] }[];
}
type ExportFixture = Omit<LogitsFixture["prompts"][number], "name">;
const { prompts } = readFixture<LogitsFixture>("nano-logits.json");

/** The bounds of the native runtime: see reference.test.ts. */
for (const [dtype, bound] of [
  ["fp32", 1e-4],
  ["int8", 0.4],
] as const) {
  test(`${dtype} logits of the embedded model in WebAssembly stay within ${bound} of PyTorch's`, async (t) => {
    const { model } = await loadForTest(t, nanoFolder, dtype);
    for (const { name, ids, rows } of prompts) {
      const logits = await logitsInChunks(model, ids, 64);
      for (const { position, logits: expected } of rows) {
        const difference = largestDifference(logits[position] ?? [], expected);
        assert.ok(difference < bound, `${name} differs by ${difference} at ${position}`);
      }
    }
  });
}

test("two models load at once, in fp16 and int4, and each gives finite logits", async (t) => {
  const models = await Promise.all(
    (["fp16", "int4"] as const).map((dtype) => loadForTest(t, checkpointFolder("tiny-plain"), dtype)),
  );
  for (const { model } of models) {
    const [logits = new Float32Array()] = await logitsInChunks(model, [1], 1);
    assert.ok(logits.length > 0 && logits.every(Number.isFinite));
  }
});

test("a ready ONNX export gives the logits of ONNX Runtime in Python", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ["config.json", "tokenizer.json"]) {
    fs.copyFileSync(path.join(fixturesFolder, "variants", "module", name), path.join(folder, name));
  }
  fs.copyFileSync(path.join(fixturesFolder, "exports", "model.onnx"), path.join(folder, "model.onnx"));
  const { model } = await loadModel(folder, "int8", "auto", { threads: 1, cacheFolder: temporaryFolder(t) });
  t.after(() => model.dispose());
  const { ids, rows } = readFixture<ExportFixture>("variants", "module", "reference.json");
  const logits = await logitsInChunks(model, ids, 5);
  for (const { position, logits: expected } of rows) {
    assert.ok(largestDifference(logits[position] ?? [], expected) < 1e-4, `differs at ${position}`);
  }
});

test("a GPU, CUDA and weights that do not fit are refused with a sentence", async (t) => {
  const options = { threads: 1, cacheFolder: temporaryFolder(t) };
  await assert.rejects(loadModel(checkpointFolder("tiny-plain"), "fp32", "webgpu", options), {
    kind: "deviceUnavailable",
    message: "The GPU cannot run this model: this platform's package runs in WebAssembly, which does not reach it.",
  });
  assert.throws(() => refuseCudaElsewhere("linux", "x64"), { kind: "deviceUnavailable", message: /WebAssembly/ });

  const folder = temporaryFolder(t);
  // A sparse file takes no room on the disk.
  fs.writeFileSync(path.join(folder, "weights.bin"), "");
  fs.truncateSync(path.join(folder, "weights.bin"), 3 * 2 ** 30);
  const extra = { session: { model_external_initializers_file_folder_path: folder } };
  await assert.rejects(InferenceSession.create(Buffer.from("…weights.bin…"), { extra }), {
    kind: "deviceUnavailable",
    message: /take 3\.0 GB, and WebAssembly/,
  });
});
