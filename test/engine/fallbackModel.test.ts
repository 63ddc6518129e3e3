import assert from "node:assert/strict";
import { test } from "node:test";
import { FallbackModel } from "../../src/engine/model/fallbackModel.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { checkpointFolder } from "../helpers/fixtures.ts";
import { loadForTest } from "../helpers/models.ts";

/** A real model whose device is lost at its third run. */
function losing(model: LanguageModel): LanguageModel {
  let runs = 0;
  return {
    info: { ...model.info, device: "webgpu" },
    bytesPerSequence: model.bytesPerSequence,
    newSequence: () => model.newSequence(),
    mostTogether: (length) => model.mostTogether(length),
    dispose: () => Promise.resolve(),
    forward: (...run) => {
      runs++;
      return runs < 3 ? model.forward(...run) : Promise.reject(new Error("Device lost\nat somewhere"));
    },
  };
}

test("a device lost in the middle of a text is replaced, and the text goes on with the same logits", async (t) => {
  const { model } = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const plain = model.newSequence();
  const reasons: string[] = [];
  const fallback = new FallbackModel(losing(model), (reason) => {
    reasons.push(reason);
    return Promise.resolve(model);
  });
  const sequence = fallback.newSequence();
  assert.equal(fallback.info.device, "webgpu");
  for (const tokens of [[5, 6, 7], [8], [9, 10], [11]]) {
    const expected = await model.forward(plain, tokens, [tokens.length - 1]);
    const actual = await fallback.forward(sequence, tokens, [tokens.length - 1]);
    assert.ok(actual.every((value, i) => Math.abs(value - (expected[i] ?? NaN)) < 1e-4));
  }
  assert.deepEqual(sequence.tokens, plain.tokens);
  assert.equal(fallback.info.device, "cpu");
  assert.deepEqual(reasons, ["The GPU failed during a run, so the CPU took over (Device lost)."]);
});

test("a request that is too long is refused, and moves nothing", async (t) => {
  const { model } = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const fallback = new FallbackModel(model, () => assert.fail("the device was not lost"));
  await assert.rejects(fallback.forward(fallback.newSequence(), new Array<number>(65).fill(1), [0]), /65 tokens/);
});
