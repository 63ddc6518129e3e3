/**
 * The GPT-2 graph for the CPU: attention in two parts over a key-value cache that belongs to us.
 *
 * ONNX Runtime's binding copies every output that is fetched, so a graph that returned its whole cache would pay for all
 * of it at each token. This one takes the past as an input, and returns the rows of the new tokens only: scores of
 * query x past keys and of query x new keys are joined, pass one softmax, and are split again to weigh past and new
 * values.
 */
import type { Gpt2Config } from "./gpt2Config.ts";
import { attentionInput, attentionOutput, attentionScale, feedForward, outputLogits } from "./gpt2Layers.ts";
import { GraphBuilder, MICROSOFT, type Value } from "./graphBuilder.ts";
import type { PackedWeights } from "./packedWeights.ts";

/** Names of the graph's inputs and outputs, shared with the code that feeds it. */
export const IO = {
  /** float32 `[batch, tokens, width]`: token row plus position row. */
  embeddings: "embeddings",
  /** float32 `[1, 1, 1, capacity]`, added to the scores: 0 where the cache holds a token, very negative elsewhere. */
  pastMask: "past_mask",
  /** float32 `[tokens, tokens]`, added to the scores: 0 where a new token may look, very negative after it. */
  newMask: "new_mask",
  /** int64 `[2]`: capacity and number of new tokens, where the joined probabilities are split. */
  pastAndNew: "past_and_new",
  /** int64 `[rows]`: which of the new tokens' logits are wanted. */
  logitRows: "logit_rows",
  /** float32 `[batch, rows, vocabulary]` */
  logits: "logits",
  /** float32 `[layers, heads, head_dim, tokens]` */
  newKeys: "new_keys",
  /** float32 `[layers, heads, tokens, head_dim]` */
  newValues: "new_values",
  /** float32 `[1, heads, head_dim, capacity]`: keys stand transposed, ready to be multiplied. */
  pastKeys: (layer: number) => `past_keys_${layer}`,
  /** float32 `[1, heads, capacity, head_dim]` */
  pastValues: (layer: number) => `past_values_${layer}`,
} as const;

/** Added to a score, leaves no probability after the softmax, and stays finite when two are added. */
export const MASKED = -1e9;

/** Writes the graph of a model as ONNX. */
export function buildCpuGraph(weights: PackedWeights): Uint8Array {
  const { config } = weights;
  const { layers, heads, headDim, width, vocabularySize } = config;
  const graph = new GraphBuilder(weights);

  let x = graph.input(IO.embeddings, "float32", ["batch", "tokens", width]);
  graph.input(IO.pastMask, "float32", [1, 1, 1, "capacity"]);
  graph.input(IO.newMask, "float32", ["tokens", "tokens"]);
  graph.input(IO.pastAndNew, "int64", [2]);
  graph.input(IO.logitRows, "int64", ["rows"]);

  const newKeys: Value[] = [];
  const newValues: Value[] = [];
  for (let layer = 0; layer < layers; layer++) {
    graph.input(IO.pastKeys(layer), "float32", [1, heads, headDim, "capacity"]);
    graph.input(IO.pastValues(layer), "float32", [1, heads, "capacity", headDim]);
    const attention = attend(graph, config, layer, x);
    newKeys.push(attention.keys);
    newValues.push(attention.values);
    x = graph.node("Add", [x, attention.output]);
    x = graph.node("Add", [x, feedForward(graph, config, layer, x)]);
  }
  graph.node("Concat", newKeys, { axis: { int: 0 } }, "", IO.newKeys);
  graph.node("Concat", newValues, { axis: { int: 0 } }, "", IO.newValues);

  outputLogits(graph, config, x, IO.logitRows, IO.logits);

  graph.output(IO.logits, "float32", ["batch", "rows", vocabularySize]);
  graph.output(IO.newKeys, "float32", ["layer_batch", heads, headDim, "tokens"]);
  graph.output(IO.newValues, "float32", ["layer_batch", heads, "tokens", headDim]);
  return graph.encode("gpt2_cpu");
}

interface Attention {
  /** `[batch, tokens, width]` */
  output: Value;
  /** `[batch, heads, head_dim, tokens]` */
  keys: Value;
  /** `[batch, heads, tokens, head_dim]` */
  values: Value;
}

function attend(graph: GraphBuilder, config: Gpt2Config, layer: number, x: Value): Attention {
  const { heads, headDim, width } = config;
  const joined = attentionInput(graph, config, layer, x);
  const [q = "", k = "", v = ""] = graph.split(joined, graph.int64([width, width, width]), 3, 2);

  // 0 copies the dimension of the input: [batch, tokens, width] to [batch, tokens, heads, head_dim].
  const intoHeads = (value: Value, perm: readonly number[]): Value =>
    graph.node("Transpose", [graph.node("Reshape", [value, graph.int64([0, 0, heads, headDim])])], {
      perm: { ints: perm },
    });
  const queries = intoHeads(q, [0, 2, 1, 3]);
  const keys = intoHeads(k, [0, 2, 3, 1]);
  const values = intoHeads(v, [0, 2, 1, 3]);

  const scale = { alpha: { float: attentionScale(config, layer) } };
  const score = (against: Value, mask: Value): Value =>
    graph.node("Add", [graph.node("FusedMatMul", [queries, against], scale, MICROSOFT), mask]);
  const scores = [score(IO.pastKeys(layer), IO.pastMask), score(keys, IO.newMask)];
  const probabilities = graph.node("Softmax", [graph.node("Concat", scores, { axis: { int: 3 } })], {
    axis: { int: -1 },
  });
  const [ofPast = "", ofNew = ""] = graph.split(probabilities, IO.pastAndNew, 2, 3);
  const mixed = graph.node("Add", [
    graph.node("MatMul", [ofPast, IO.pastValues(layer)]),
    graph.node("MatMul", [ofNew, values]),
  ]);
  const byToken = graph.node("Transpose", [mixed], { perm: { ints: [0, 2, 1, 3] } });
  const flat = graph.node("Reshape", [byToken, graph.int64([0, 0, width])]);
  return { output: attentionOutput(graph, config, layer, flat), keys, values };
}
