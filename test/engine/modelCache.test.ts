import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { DTYPES, type GenerateResult } from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, neverAborted } from "../helpers/fixtures.ts";
import { newEngine, paramsFor } from "./helpers/engine.ts";

test("a model that waits for its turn to load serves the newest request when older ones are cancelled", async (t) => {
  const busy = copyModel(t, checkpointFolder("tiny-plain"));
  const wanted = copyModel(t, checkpointFolder("tiny-odd"));
  const engine = newEngine(t);
  const cancelled = new AbortController();
  let others: Promise<PromiseSettledResult<GenerateResult>[]> | undefined;
  await engine.generate(paramsFor(busy), neverAborted(), () => {
    if (others) return;
    const first = engine.generate(paramsFor(wanted, { priority: "warmup" }), cancelled.signal);
    const second = engine.generate(paramsFor(wanted, { priority: "warmup" }), neverAborted());
    others = Promise.allSettled([first, second]);
    cancelled.abort();
  });
  const [first, second] = (await others) ?? [];
  assert.equal(first?.status, "rejected");
  assert.equal(second?.status, "fulfilled");
});

test("more models than fit are loaded one after the other, and none that is in use is unloaded", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const ask = (dtype: (typeof DTYPES)[number]): Promise<GenerateResult> =>
    engine.generate(paramsFor(folder, { model: { folder, dtype, device: "cpu" } }), neverAborted());
  let others: Promise<GenerateResult[]> | undefined;
  const running = await engine.generate(paramsFor(folder), neverAborted(), () => {
    others ??= Promise.all(DTYPES.map(ask));
  });
  const results = (await others) ?? [];
  assert.deepEqual(
    results.map(({ dtype }) => dtype),
    [...DTYPES],
  );
  assert.equal(running.text, results[DTYPES.indexOf("fp32")]?.text);
});

test("a model that could not be loaded is found once its files are mended", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const file = path.join(folder, "tokenizer.json");
  const good = fs.readFileSync(file, "utf8");
  fs.copyFileSync(path.join(checkpointFolder("tiny-sharded"), "tokenizer.json"), file);
  await assert.rejects(engine.load({ folder, device: "cpu" }, neverAborted()), {
    kind: "modelInvalid",
    message: `The tokenizer in ${folder} has 512 tokens but its model only 272: copy both from the same model.`,
  });
  fs.writeFileSync(file, good);
  const info = await engine.load({ folder, device: "cpu" }, neverAborted());
  assert.deepEqual(
    { name: info.name, device: info.device, dtype: info.dtype, contextLength: info.contextLength },
    { name: "tiny-plain", device: "cpu", dtype: "int8", contextLength: 64 },
  );
  assert.ok(info.loadMs > 0);
});
