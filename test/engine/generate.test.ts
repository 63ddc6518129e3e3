import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "../../src/engine/generate.ts";
import type { GenerateParams } from "../../src/shared/protocol.ts";
import { checkpointFolder, nanoFolder, readFixture } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { generateAll, idsOf } from "./helpers/generation.ts";

const tinyPlain = checkpointFolder("tiny-plain");
/** Its tokens are single bytes, so that random ones cut characters everywhere. */
const tinyBytes = checkpointFolder("tiny-odd");

test("a seed repeats a text, and another seed gives another", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const draw = async (seed: number): Promise<number[]> =>
    idsOf(await generateAll(loaded, { prompt: "Once", sampling: { temperature: 5, seed }, ignoreEndOfText: true }));
  const first = await draw(1);
  assert.equal(first.length, 32);
  assert.deepEqual(await draw(1), first);
  assert.notDeepEqual(await draw(2), first);
});

test("without a seed two texts differ", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const params = { prompt: "Once", sampling: { temperature: 5 }, ignoreEndOfText: true };
  assert.notDeepEqual(idsOf(await generateAll(loaded, params)), idsOf(await generateAll(loaded, params)));
});

test("greedy text does not depend on the seed", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const first = idsOf(await generateAll(loaded, { prompt: "Once", sampling: { seed: 1 } }));
  assert.deepEqual(idsOf(await generateAll(loaded, { prompt: "Once", sampling: { temperature: 0, seed: 2 } })), first);
});

test("generation ends after maxTokens", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "int8");
  for (const maxTokens of [1, 2, 20]) {
    const { result, progress } = await generateAll(loaded, { prompt: "Once", maxTokens, ignoreEndOfText: true });
    assert.equal(result.finishReason, "length");
    assert.equal(progress.length, maxTokens);
    assert.deepEqual(result.promptTokens, loaded.tokenizer.encode("Once").length);
  }
});

test("the end-of-text token ends a text, unless it is to be ignored", async (t) => {
  const { runs } = readFixture<{ runs: { name: string; prompt: string; ids: number[] }[] }>("nano-greedy.json");
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const run = runs.find(({ ids }) => ids.includes(loaded.endOfText ?? -1));
  assert.ok(run, "no fixture goes past an end of text");
  const end = run.ids.indexOf(loaded.endOfText ?? -1);

  const stopped = await generateAll(loaded, { prompt: run.prompt, maxTokens: 64 });
  assert.equal(stopped.result.finishReason, "endOfText");
  assert.deepEqual(idsOf(stopped), run.ids.slice(0, end));
  assert.ok(!stopped.result.text.includes("<|endoftext|>"));

  const ignored = await generateAll(loaded, { prompt: run.prompt, maxTokens: 64, ignoreEndOfText: true });
  assert.equal(ignored.result.finishReason, "length");
  assert.deepEqual(idsOf(ignored), run.ids);
  assert.ok(ignored.result.text.includes("<|endoftext|>"));
});

test("logprobs reports the n likeliest tokens, best first, and none when not asked", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  for (const logprobs of [1, 5, 400]) {
    const { result } = await generateAll(loaded, { prompt: "Once", maxTokens: 4, logprobs, ignoreEndOfText: true });
    for (const { top = [], id, logprob } of result.tokens) {
      assert.equal(top.length, Math.min(logprobs, loaded.model.info.vocabularySize));
      assert.deepEqual(
        top.map((choice) => choice.logprob),
        top.map((choice) => choice.logprob).toSorted((a, b) => b - a),
      );
      assert.deepEqual([top[0]?.id, top[0]?.logprob], [id, logprob], "greedy takes the likeliest");
      const total = top.reduce((sum, choice) => sum + Math.exp(choice.logprob), 0);
      assert.ok(logprobs < 400 ? total < 1 : Math.abs(total - 1) < 1e-5, `probabilities sum to ${total}`);
    }
  }
  const { result } = await generateAll(loaded, { prompt: "Once", maxTokens: 2 });
  assert.ok(result.tokens.every((token) => !("top" in token)));
});

test("a logprob is the model's own, whatever the sampling does to it", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const sampling = { temperature: 5, topK: 20, repetitionPenalty: 2, seed: 3 };
  const { result } = await generateAll(loaded, { prompt: "Once", sampling, logprobs: 272, ignoreEndOfText: true });
  for (const { id, logprob, top = [] } of result.tokens) {
    assert.equal(logprob, top.find((choice) => choice.id === id)?.logprob);
  }
});

test("streamed text is whole characters only, and all of the text, however bytes are drawn", async (t) => {
  const loaded = await loadForTest(t, tinyBytes, "fp32");
  let held = 0;
  for (let seed = 0; seed < 25; seed++) {
    const params = { prompt: "né", maxTokens: 60, sampling: { temperature: 4, seed }, ignoreEndOfText: true };
    const generation = await generateAll(loaded, params);
    const { result, progress, streamed } = generation;
    assert.ok(progress.every(({ text }) => text.isWellFormed()));
    assert.ok(result.text.startsWith(streamed));
    // A character cut in two would show as more than one replacement.
    assert.equal(result.text, loaded.tokenizer.decode(progress.map(({ token }) => token.id)));
    held += progress.filter(({ text }) => text === "").length;
  }
  assert.ok(held > 0, "no token was part of a character");
});

test("an empty prompt starts from the end-of-text token, and fails where there is none", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const { result } = await generateAll(loaded, { prompt: "", maxTokens: 3, ignoreEndOfText: true });
  assert.equal(result.promptTokens, 1);
  assert.equal(result.tokens.length, 3);
  await assert.rejects(generateAll({ ...loaded, endOfText: undefined }, { prompt: "" }), {
    kind: "invalidRequest",
    message: "The prompt is empty, and tiny-plain has no token to start from: write a word.",
  });
});

const wrongParams: [Partial<GenerateParams>, string][] = [
  [{ maxTokens: 0 }, "maxTokens must be a whole number above 0, not 0."],
  [{ maxTokens: 1.5 }, "maxTokens must be a whole number above 0, not 1.5."],
  [{ maxTokens: NaN }, "maxTokens must be a whole number above 0, not NaN."],
  [{ logprobs: -1 }, "logprobs must be a whole number, 0 or more, not -1."],
  [{ sampling: { temperature: -1 } }, "temperature must be 0 or more, not -1."],
  [{ overflow: "middle" as "fail" }, 'There is no overflow "middle": use fail, keepEnd.'],
];

test("parameters out of their range are refused by name, and leave no trace", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  for (const [params, message] of wrongParams) {
    await assert.rejects(generateAll(loaded, { prompt: "Once", ...params }), { kind: "invalidRequest", message });
  }
  assert.equal((await generateAll(loaded, { prompt: "Once", maxTokens: 2 })).result.reusedTokens, 0);
});

test("a generation that is left early gives its sequence back", async (t) => {
  const loaded = await loadForTest(t, tinyPlain, "fp32");
  const model = { folder: tinyPlain };
  const generation = generate(loaded, { model, prompt: "Once upon", maxTokens: 9, priority: "action" }, soleJob());
  await generation.next();
  await generation.return(undefined as never);
  const { result } = await generateAll(loaded, { prompt: "Once upon", maxTokens: 1 });
  assert.equal(result.reusedTokens, result.promptTokens - 1);
});
