/** Several texts at once: each is the one that it would be alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedModel } from "../../src/engine/generate.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import type { Alternative, GenerateParams } from "../../src/shared/protocol.ts";
import { checkpointFolder, nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, rowsAreSame } from "../helpers/models.ts";
import { generateAll, type Generation } from "./helpers/generation.ts";

type Params = Partial<GenerateParams> & { prompt: string };

const NOT_THE_SAME = "this processor does not give int4 the same logits alone and together";

const CODE = "function add(a, b) {\n";

function fresh(loaded: LoadedModel): LoadedModel {
  return { ...loaded, sequences: new SequencePool(loaded.model) };
}

/** The ids of each text in the order of its beginning, as they were reported. */
function idsByAlternative({ progress }: Generation): number[][] {
  const ids: number[][] = [];
  for (const { token, alternative = 0 } of progress) (ids[alternative] ??= []).push(token.id);
  return ids;
}

function textsOf(alternatives: readonly Alternative[] = []): string[] {
  return alternatives.map(({ text }) => text);
}

/** The same model as a device without batches offers it. */
function withoutBatches(loaded: LoadedModel): LoadedModel {
  const { model } = loaded;
  const plain: LanguageModel = {
    info: model.info,
    bytesPerSequence: model.bytesPerSequence,
    newSequence: () => model.newSequence(),
    mostTogether: (length) => model.mostTogether(length),
    forward: (...run) => model.forward(...run),
    dispose: () => model.dispose(),
  };
  return { ...loaded, model: plain };
}

/** Greedy decoding after a first token that is given, without any of our loops. */
async function greedyAfter({ model, tokenizer }: LoadedModel, prompt: string, rank: number, count: number) {
  const { vocabularySize } = model.info;
  const sequence = model.newSequence();
  const prompted = tokenizer.encode(prompt);
  let logits = await model.forward(sequence, prompted, [prompted.length - 1]);
  const ids: number[] = [];
  for (let i = 0; i < count; i++) {
    const ranked = Array.from({ length: vocabularySize }, (_, id) => id);
    ranked.sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
    const id = ranked[i === 0 ? rank : 0] ?? 0;
    ids.push(id);
    logits = await model.forward(sequence, [id], [0]);
  }
  return ids;
}

for (const dtype of ["fp32", "int8", "int4"] as const) {
  test(`greedy alternatives begin with the likeliest tokens and go on greedily: ${dtype}`, async (t) => {
    const loaded = await loadForTest(t, nanoFolder, dtype);
    if (dtype === "int4" && !(await rowsAreSame(loaded))) {
      t.skip(NOT_THE_SAME);
      return;
    }
    const params = { prompt: CODE, maxTokens: 24, alternatives: 4, ignoreEndOfText: true };
    const generation = await generateAll(loaded, params);
    const expected: number[][] = [];
    for (let rank = 0; rank < 4; rank++) expected.push(await greedyAfter(loaded, CODE, rank, 24));
    assert.deepEqual(idsByAlternative(generation), expected);
  });

  test(`drawn alternatives are those of the seeds that follow, each as if alone: ${dtype}`, async (t) => {
    const loaded = await loadForTest(t, nanoFolder, dtype);
    if (dtype === "int4" && !(await rowsAreSame(loaded))) {
      t.skip(NOT_THE_SAME);
      return;
    }
    const params = (seed: number): Params => ({
      prompt: CODE,
      maxTokens: 40,
      logprobs: 2,
      sampling: { temperature: 0.9, topP: 0.95, seed },
    });
    const { result } = await generateAll(loaded, { ...params(5), alternatives: 5 });
    const alone: Generation[] = [];
    for (let seed = 5; seed < 10; seed++) alone.push(await generateAll(fresh(loaded), params(seed)));
    const [first] = alone;
    assert.deepEqual(result.tokens, first?.result.tokens);
    assert.equal(result.text, first?.result.text);
    for (const { text, tokens, finishReason } of result.alternatives ?? []) {
      const same = alone.find((generation) => generation.result.text === text)?.result;
      assert.deepEqual({ tokens, finishReason }, { tokens: same?.tokens, finishReason: same?.finishReason });
    }
    assert.equal(result.alternatives?.length, new Set(alone.map((generation) => generation.result.text)).size);
  });
}

test("texts that end early leave the others as they are", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const params = (seed: number): Params => ({
    prompt: CODE,
    maxTokens: 50,
    stop: ["\n", ";"],
    sampling: { temperature: 1.3, seed },
  });
  const { result } = await generateAll(loaded, { ...params(0), alternatives: 8 });
  const lengths = new Set(result.alternatives?.map(({ tokens }) => tokens.length));
  assert.ok(lengths.size > 2, "all texts are of one length");
  const alone: string[] = [];
  for (let seed = 0; seed < 8; seed++) alone.push((await generateAll(fresh(loaded), params(seed))).result.text);
  assert.deepEqual(new Set(textsOf(result.alternatives)), new Set(alone));
});

test("alternatives differ, and stand in the order of their mean log-probability", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const sampling = { temperature: 1, seed: 1 };
  const { result } = await generateAll(loaded, { prompt: CODE, maxTokens: 1, sampling, alternatives: 16 });
  const alternatives = result.alternatives ?? [];
  assert.ok(alternatives.length > 1 && alternatives.length < 16, `${alternatives.length} texts`);
  assert.equal(new Set(textsOf(alternatives)).size, alternatives.length);
  assert.ok(textsOf(alternatives).includes(result.text));
  for (const [i, { logprob, tokens }] of alternatives.entries()) {
    assert.ok(logprob <= (alternatives[i - 1]?.logprob ?? 0));
    assert.ok(Math.abs(logprob - tokens.reduce((sum, token) => sum + token.logprob, 0) / tokens.length) < 1e-9);
  }
});

test("where the window slides, and on a device without batches, the texts are the same", async (t) => {
  for (const [name, maxTokens] of [
    ["tiny-plain", 100],
    ["tiny-odd", 15],
  ] as const) {
    const loaded = await loadForTest(t, checkpointFolder(name), "fp32");
    const params = (seed: number): Params => {
      return { prompt: "Once", maxTokens, sampling: { temperature: 5, seed }, ignoreEndOfText: true };
    };
    const alone: string[] = [];
    for (let seed = 3; seed < 6; seed++) alone.push((await generateAll(fresh(loaded), params(seed))).result.text);
    const batched = await generateAll(fresh(loaded), { ...params(3), alternatives: 3 });
    assert.deepEqual(new Set(textsOf(batched.result.alternatives)), new Set(alone));
    const inTurn = await generateAll(fresh(withoutBatches(loaded)), { ...params(3), alternatives: 3 });
    assert.deepEqual(inTurn.result.alternatives, batched.result.alternatives);
  }
});

test("the prompt is read once, each further token of all texts is one run, and the prompt stays cached", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const { mock } = t.mock.method(loaded.model, "forward");
  const params = { prompt: CODE, maxTokens: 10, alternatives: 3, ignoreEndOfText: true };
  const generation = await generateAll(loaded, params);
  assert.equal(mock.callCount(), 1);
  assert.deepEqual(
    idsByAlternative(generation).map((ids) => ids.length),
    [10, 10, 10],
  );
  assert.equal(generation.progress[0]?.prompt?.promptTokens, generation.result.promptTokens);
  const next = await generateAll(loaded, { prompt: CODE, maxTokens: 1 });
  assert.equal(next.result.reusedTokens, next.result.promptTokens - 1);
});

test("one alternative is a text like any other", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const { result, progress } = await generateAll(loaded, { prompt: CODE, alternatives: 1 });
  assert.ok(!("alternatives" in result) && progress.every((one) => !("alternative" in one)));
});

test("a cancellation ends all alternatives", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  for (const count of [1, 2, 3, 4, 8]) {
    const controller = new AbortController();
    const job = new Scheduler().start("action", controller.signal);
    let seen = 0;
    const params: Params = { prompt: CODE, alternatives: 3, ignoreEndOfText: true };
    const generating = generateAll(loaded, params, job, () => {
      if (++seen === count) controller.abort();
    });
    await assert.rejects(generating, { kind: "cancelled" });
    assert.equal(seen, count);
  }
});

test("a number of alternatives that cannot be is refused", async (t) => {
  const loaded = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  for (const alternatives of [0, -1, 1.5, 17, NaN]) {
    await assert.rejects(generateAll(loaded, { prompt: "Once", alternatives }), {
      kind: "invalidRequest",
      message: `alternatives must be a whole number from 1 to 16, not ${alternatives}.`,
    });
  }
});
