/** Filling in the middle: what stands before and after the cursor reaches the model as it was trained to see it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findMiddleTokens } from "../../src/engine/tokenizer/middleTokens.ts";
import { checkpointFolder, neverAborted } from "../helpers/fixtures.ts";
import { fails } from "./helpers/checkpoints.ts";
import { newEngine, paramsFor } from "./helpers/engine.ts";
import { MIDDLE_TOKENS as TOKENS, middleModel } from "./helpers/middleModel.ts";

test("a suffix stands behind its token, and the middle is asked for last", async (t) => {
  const folder = middleModel(t);
  const engine = newEngine(t);
  const model = { folder, dtype: "fp32", device: "cpu" } as const;
  const info = await engine.load(model, neverAborted());
  assert.equal(info.fillsInMiddle, true);
  const ids = (text: string): number[] => engine.tokenize({ model, text }).ids;
  const filled = await engine.generate(paramsFor(folder, { prompt: "xyz", suffix: "qrs" }), neverAborted());
  const promptIds = [TOKENS.prefix, ...ids("xyz"), TOKENS.suffix, ...ids("qrs"), TOKENS.middle];
  const spelled = await engine.generate(paramsFor(folder, { prompt: "", promptIds }), neverAborted());
  assert.deepEqual(filled.tokens, spelled.tokens);
  assert.equal(filled.promptTokens, promptIds.length);
});

test("a long text loses its beginning and a long suffix its end, and the three tokens stay", async (t) => {
  const folder = middleModel(t);
  const engine = newEngine(t);
  const params = paramsFor(folder, { overflow: "keepEnd", maxTokens: 8 });
  const [prompt, suffix] = ["abcdefgh ".repeat(40), "stuvwxyz ".repeat(40)];
  const { promptTokens } = await engine.generate({ ...params, prompt, suffix }, neverAborted());
  assert.ok(promptTokens <= 64 - 8 && promptTokens > 32, `${promptTokens} tokens`);
  await engine.warm({ model: params.model, prompt, suffix, maxTokens: 8, overflow: "keepEnd" }, neverAborted());
  const again = await engine.generate({ ...params, prompt, suffix }, neverAborted());
  assert.equal(again.reusedTokens, again.promptTokens - 1, "what was read ahead is what was asked for");
});

test("a model without the tokens refuses a suffix", async (t) => {
  const folder = checkpointFolder("tiny-plain");
  const engine = newEngine(t);
  await assert.rejects(
    engine.generate(paramsFor(folder, { suffix: "x" }), neverAborted()),
    fails("invalidRequest", /fill in the middle/),
  );
  const info = await engine.load({ folder, dtype: "fp32", device: "cpu" }, neverAborted());
  assert.equal(info.fillsInMiddle, undefined);
});

test("the tokens are known in three spellings, and only all together", () => {
  const tokens = (spell: (name: string) => string, names = ["prefix", "suffix", "middle"]) =>
    names.map((name, id) => ({ id, content: spell(name) }));
  const found = { prefix: 0, suffix: 1, middle: 2 };
  assert.deepEqual(findMiddleTokens(tokens((name) => `<|fim_${name}|>`)), found);
  assert.deepEqual(findMiddleTokens(tokens((name) => `<fim_${name}>`)), found);
  assert.deepEqual(findMiddleTokens(tokens((name) => `<fim-${name}>`)), found);
  assert.equal(findMiddleTokens(tokens((name) => `<fim-${name}>`, ["prefix", "middle"])), undefined);
  assert.equal(findMiddleTokens([]), undefined);
});
