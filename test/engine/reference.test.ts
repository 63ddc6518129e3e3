/** The engine against PyTorch and Hugging Face transformers; see test/fixtures/README.md for how the numbers were made. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { generate } from "../../src/engine/generate.ts";
import { score } from "../../src/engine/score.ts";
import type { Dtype, GenerateResult, ScoreResult } from "../../src/shared/protocol.ts";
import { checkpointFolder, largestDifference, nanoFolder, readFixture, rootMeanSquare } from "../helpers/fixtures.ts";
import { loadForTest, logitsInChunks, soleJob } from "../helpers/models.ts";

/** Largest difference of a logit. float32 differs from float64 by 2.6e-5 itself. */
const FP32_BOUND = 1e-4;
/**
 * Root mean square and largest difference of a logit that int8 may make on the embedded model; logits span about 20. With
 * VNNI it is 0.055, with AVX2 alone 0.070.
 */
const INT8_RMS_BOUND = 0.08;
const INT8_BOUND = 0.4;
/** Difference that int8 may make to nats a token over a text. */
const INT8_NATS_BOUND = 0.02;

/**
 * Root mean square of a dtype's errors over that of the logits, for random weights: these are the worst case, since
 * nothing in them is small enough to be ignored.
 */
const RELATIVE_BOUNDS: readonly [Dtype, number][] = [
  ["fp16", 0.001],
  ["int8", 0.02],
  ["int4", 0.25],
];

interface LogitsFixture {
  prompts: { name: string; ids: number[]; rows: { position: number; logits: number[] }[] }[];
}
interface ScoreFixture {
  texts: {
    name: string;
    text: string;
    prefixIds: number[];
    ids: number[];
    /** Log-likelihood: below zero. */
    sumNats: number;
    logProbabilities: (number | null)[];
    topFive?: ([number, number][] | null)[];
  }[];
}
interface GreedyFixture {
  runs: { name: string; prompt: string; ids: number[]; text: string }[];
}

const { prompts } = readFixture<LogitsFixture>("nano-logits.json");
const { texts } = readFixture<ScoreFixture>("nano-score.json");
const { runs } = readFixture<GreedyFixture>("nano-greedy.json");

test("fp32 logits of the embedded model equal PyTorch's", async (t) => {
  const { model } = await loadForTest(t, nanoFolder, "fp32");
  for (const { name, ids, rows } of prompts) {
    const logits = await logitsInChunks(model, ids, 64);
    for (const { position, logits: expected } of rows) {
      const difference = largestDifference(logits[position] ?? [], expected);
      assert.ok(difference < FP32_BOUND, `${name} differs by ${difference} at ${position}`);
    }
  }
});

test("int8 logits of the embedded model stay within their bound", async (t) => {
  const { model } = await loadForTest(t, nanoFolder, "int8");
  for (const { name, ids, rows } of prompts) {
    const logits = await logitsInChunks(model, ids, 64);
    for (const { position, logits: expected } of rows) {
      const actual = logits[position] ?? new Float32Array();
      const rms = rootMeanSquare(expected.map((value, i) => value - (actual[i] ?? NaN)));
      assert.ok(rms < INT8_RMS_BOUND, `${name}: rms ${rms} at ${position}`);
      const difference = largestDifference(actual, expected);
      assert.ok(difference < INT8_BOUND, `${name}: ${difference} at ${position}`);
    }
  }
});

test("fp16 weights give the very logits of fp32 where the checkpoint is float16", async (t) => {
  const half = await loadForTest(t, nanoFolder, "fp16");
  const single = await loadForTest(t, nanoFolder, "fp32");
  const ids = prompts[0]?.ids ?? [];
  const [a, b] = [await logitsInChunks(half.model, ids, 64), await logitsInChunks(single.model, ids, 64)];
  for (const [i, row] of a.entries()) assert.ok(largestDifference(row, b[i] ?? []) < 1e-5);
});

test("prefill in chunks, step by step and after a rewind give the same fp32 logits", async (t) => {
  const { model } = await loadForTest(t, nanoFolder, "fp32");
  const ids = (prompts.find(({ name }) => name === "long")?.ids ?? []).slice(0, 300);
  const whole = await logitsInChunks(model, ids, ids.length);
  for (const chunk of [1, 7, 64, 128]) {
    const rows = await logitsInChunks(model, ids, chunk);
    for (const [i, row] of rows.entries()) {
      const difference = largestDifference(row, whole[i] ?? []);
      assert.ok(difference < FP32_BOUND, `chunks of ${chunk} differ by ${difference} at ${i}`);
    }
  }

  const sequence = model.newSequence();
  await model.forward(sequence, ids.slice(0, 200), []);
  await model.forward(sequence, [5, 6, 7, 8, 9], []);
  sequence.rewindTo(150);
  const after = await model.forward(sequence, ids.slice(150), [ids.length - 151]);
  assert.ok(largestDifference(after, whole[ids.length - 1] ?? []) < FP32_BOUND);
  assert.deepEqual(sequence.tokens, ids);
});

async function scoreText(t: TestContext, dtype: Dtype, text: string): Promise<ScoreResult> {
  const loaded = await loadForTest(t, nanoFolder, dtype);
  return score(loaded, { model: { folder: nanoFolder }, text, logprobs: 5, priority: "action" }, soleJob());
}

for (const { name, text, prefixIds, sumNats, logProbabilities, topFive } of texts) {
  // The engine scores plain text; a prefix token of its own is not part of one.
  if (prefixIds.length > 0) continue;
  test(`log-probabilities equal PyTorch's: ${name}`, async (t) => {
    const result = await scoreText(t, "fp32", text);
    for (const [i, expected] of logProbabilities.entries()) {
      const actual = result.tokens[i]?.logprob;
      if (expected === null) assert.equal(actual, undefined);
      else assert.ok(Math.abs((actual ?? NaN) - expected) < FP32_BOUND, `token ${i}: ${actual} is not ${expected}`);
    }
    assert.ok(Math.abs(result.totalNats + sumNats) < FP32_BOUND * logProbabilities.length);
    for (const [i, best] of (topFive ?? []).entries()) {
      if (!best) continue;
      const top = result.tokens[i]?.top ?? [];
      assert.deepEqual(
        top.map(({ id }) => id),
        best.map(([id]) => id),
      );
      assert.ok(
        largestDifference(
          top.map(({ logprob }) => logprob),
          best.map(([, logprob]) => logprob),
        ) < FP32_BOUND,
      );
    }
  });
}

test("int8 costs next to nothing in nats a token", async (t) => {
  for (const { name, text, prefixIds, sumNats, ids } of texts) {
    if (prefixIds.length > 0 || ids.length < 20) continue;
    const { totalNats } = await scoreText(t, "int8", text);
    const difference = Math.abs(totalNats + sumNats) / (ids.length - 1);
    assert.ok(difference < INT8_NATS_BOUND, `${name}: ${difference} nats a token`);
  }
});

for (const { name, prompt, ids, text } of runs) {
  test(`64 greedy tokens in fp32 equal PyTorch's: ${name}`, async (t) => {
    const loaded = await loadForTest(t, nanoFolder, "fp32");
    const params = {
      model: { folder: nanoFolder },
      prompt,
      maxTokens: 64,
      ignoreEndOfText: true,
      priority: "action" as const,
    };
    const result = await drain(generate(loaded, params, soleJob()));
    assert.deepEqual(
      result.tokens.map(({ id }) => id),
      ids,
    );
    assert.equal(result.text, text);
  });
}

async function drain(generation: AsyncGenerator<unknown, GenerateResult>): Promise<GenerateResult> {
  for (;;) {
    const next = await generation.next();
    if (next.done) return next.value;
  }
}

interface TinyReference {
  ids: number[];
  rows: { position: number; logits: number[] }[];
}

for (const name of ["tiny-plain", "tiny-sharded", "tiny-odd", "tiny-layer-scale", "tiny-bare"]) {
  const { ids, rows } = readFixture<TinyReference>("checkpoints", name, "reference.json");
  test(`fp32 logits equal PyTorch's: ${name}`, async (t) => {
    const { model } = await loadForTest(t, checkpointFolder(name), "fp32");
    for (const chunk of [ids.length, 5, 1]) {
      const logits = await logitsInChunks(model, ids, chunk);
      for (const { position, logits: expected } of rows) {
        const difference = largestDifference(logits[position] ?? [], expected);
        assert.ok(difference < 5e-5, `differs by ${difference} at ${position}`);
      }
    }
  });

  for (const [dtype, bound] of RELATIVE_BOUNDS) {
    test(`${dtype} logits stay near PyTorch's, with widths that are no multiple of a block too: ${name}`, async (t) => {
      const { model } = await loadForTest(t, checkpointFolder(name), dtype);
      const logits = (await logitsInChunks(model, ids, 5)).flatMap((row) => [...row]);
      const expected = rows.flatMap((row) => row.logits);
      const error = rootMeanSquare(expected.map((value, i) => value - (logits[i] ?? NaN))) / rootMeanSquare(expected);
      assert.ok(error < bound, `relative error ${error}`);
    });
  }
}
