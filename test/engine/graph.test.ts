/** The graph for every choice that a config allows, against a plain forward pass of one token. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openCheckpoint, readTensor, type Checkpoint } from "../../src/engine/model/checkpoint.ts";
import { ACTIVATIONS, type Activation } from "../../src/engine/model/gpt2Config.ts";
import { DTYPES } from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, largestDifference } from "../helpers/fixtures.ts";
import { loadForTest } from "../helpers/models.ts";
import { editConfig } from "./helpers/checkpoints.ts";

const TOKEN = 42;

const activations: Record<Activation, (x: number) => number> = {
  gelu_new: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  relu: (x) => Math.max(0, x),
  silu: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/** By its series where that converges well; 1 to the last digit beyond. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** GPT-2 on a single token, which can look at itself only: attention is its value. */
function logitsOfOneToken(checkpoint: Checkpoint): number[] {
  const { width, layers, activation, layerNormEpsilon, vocabularySize } = checkpoint.config;
  const weights = (name: string): Float32Array => readTensor(checkpoint, name);
  const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + (b[i] ?? NaN));
  const row = (name: string, index: number): number[] => [
    ...weights(name).subarray(index * width, (index + 1) * width),
  ];
  const linear = (x: readonly number[], name: string): number[] => {
    const matrix = weights(`${name}.weight`);
    const bias = weights(`${name}.bias`);
    return [...bias].map((b, j) => x.reduce((sum, value, i) => sum + value * (matrix[i * bias.length + j] ?? NaN), b));
  };
  const norm = (x: readonly number[], name: string): number[] => {
    const [gain, bias] = [weights(`${name}.weight`), weights(`${name}.bias`)];
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    const scale = 1 / Math.sqrt(variance + layerNormEpsilon);
    return x.map((value, i) => (value - mean) * scale * (gain[i] ?? NaN) + (bias[i] ?? NaN));
  };
  let x = add(row("wte.weight", TOKEN), row("wpe.weight", 0));
  for (let layer = 0; layer < layers; layer++) {
    const h = `h.${layer}`;
    const value = linear(norm(x, `${h}.ln_1`), `${h}.attn.c_attn`).slice(2 * width);
    x = add(x, linear(value, `${h}.attn.c_proj`));
    const inner = linear(norm(x, `${h}.ln_2`), `${h}.mlp.c_fc`).map(activations[activation]);
    x = add(x, linear(inner, `${h}.mlp.c_proj`));
  }
  const last = norm(x, "ln_f");
  const output = weights("wte.weight");
  return Array.from({ length: vocabularySize }, (_, id) =>
    last.reduce((sum, value, i) => sum + value * (output[id * width + i] ?? NaN), 0),
  );
}

for (const activation of ACTIVATIONS) {
  test(`ONNX Runtime runs the graph with ${activation}, and gets what plain arithmetic gets`, async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-plain"));
    editConfig(folder, { activation_function: activation });
    const expected = logitsOfOneToken(openCheckpoint(folder));
    const { model } = await loadForTest(t, folder, "fp32");
    const logits = await model.forward(model.newSequence(), [TOKEN], [0]);
    assert.ok(largestDifference(logits, expected) < 5e-5, `differs by ${largestDifference(logits, expected)}`);
  });

  test(`ONNX Runtime loads the graph of every dtype with ${activation}`, async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-plain"));
    editConfig(folder, { activation_function: activation });
    for (const dtype of DTYPES) {
      const { model } = await loadForTest(t, folder, dtype);
      const logits = await model.forward(model.newSequence(), [TOKEN, 1, 2], [2, 0]);
      assert.equal(logits.length, 2 * model.info.vocabularySize);
      assert.ok(logits.every(Number.isFinite));
    }
  });
}

test("activations can be told apart", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const results: Float32Array[] = [];
  for (const activation of ACTIVATIONS) {
    editConfig(folder, { activation_function: activation });
    const { model } = await loadForTest(t, folder, "fp32");
    const logits = await model.forward(model.newSequence(), [TOKEN], [0]);
    for (const other of results) assert.ok(largestDifference(logits, other) > 1e-4);
    results.push(logits);
  }
});

test("a run past the context is refused and leaves the sequence as it was", async (t) => {
  const { model } = await loadForTest(t, checkpointFolder("tiny-odd"), "fp32");
  const sequence = model.newSequence();
  await model.forward(sequence, new Array<number>(40).fill(1), []);
  await assert.rejects(model.forward(sequence, [1], [0]), {
    kind: "promptTooLong",
    message: "The text has 41 tokens, but tiny-odd can look at 40 at most: shorten it.",
  });
  assert.equal(sequence.tokens.length, 40);
  sequence.rewindTo(39);
  assert.equal((await model.forward(sequence, [1], [0])).length, model.info.vocabularySize);
});
