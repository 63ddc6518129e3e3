/**
 * The GPT-2 graph for the CPU: attention in two parts over a key-value cache that belongs to us.
 *
 * ONNX Runtime's binding copies every output that is fetched, so a graph that returned its whole cache would pay for all
 * of it at each token. This one takes the past as an input, and returns the rows of the new tokens only: scores of
 * query x past keys and of query x recent and new keys are joined, pass one softmax, and are split again to weigh the
 * values of each part.
 *
 * A token's logits do not depend on which other tokens share its run (up to {@link ROWS_APART}, within one block): they are
 * the same to the last bit wherever ONNX Runtime's kernels multiply rows alike, alone and together. Otherwise text generated a token at a time and text from verified drafts would drift apart: sums in
 * another order differ by 1e-7, which int8 arithmetic turns into one activation rounded the other way, and that into
 * logits that differ by 0.1. So all sums over tokens run in the order of their positions in the text: the past part ends
 * at a multiple of {@link BLOCK}, and what follows is one part, whether it stood in the cache before or came with this run.
 */
import type { Gpt2Config } from "./gpt2Config.ts";
import { attentionInput, attentionScale, transform } from "./gpt2Layers.ts";
import { GraphBuilder, MICROSOFT, type Value } from "./graphBuilder.ts";
import type { PackedWeights } from "./packedWeights.ts";

/** Names of the graph's inputs and outputs, shared with the code that feeds it. */
export const IO = {
  /** float32 `[batch, tokens, width]`: token row plus position row. */
  embeddings: "embeddings",
  /** float32 `[1, 1, 1, capacity]`, added to the scores: 0 where the cache holds whole blocks, very negative elsewhere. */
  pastMask: "past_mask",
  /** float32 `[tokens, recent + tokens]`, added to the scores: 0 where a new token may look, very negative elsewhere. */
  newMask: "new_mask",
  /** int64 `[2]`: capacity, and number of recent and new tokens, where the joined probabilities are split. */
  pastAndNew: "past_and_new",
  /** int64 `[1]`: the cached tokens from here to {@link recentEnd} come after the last whole block. */
  recentStart: "recent_start",
  recentEnd: "recent_end",
  /** int64 `[5]`: queries for the past, `[batch, heads, tokens, 1, head_dim]` or `[batch, heads, 1, tokens, head_dim]`. */
  queryShape: "query_shape",
  /** int64 `[5]`: the same for probabilities, with capacity in the place of head_dim. */
  probabilityShape: "probability_shape",
  /** int64 `[4]`: `[batch, heads, tokens, capacity]` */
  scoreShape: "score_shape",
  /** int64 `[rows]`: which of the new tokens' logits are wanted. */
  logitRows: "logit_rows",
  /** float32 `[batch, rows, vocabulary]` */
  logits: "logits",
  /** float32 `[layers, heads, head_dim, tokens]` */
  newKeys: "new_keys",
  /** float32 `[layers, heads, tokens, head_dim]` */
  newValues: "new_values",
  /** float32 `[batch, heads, 1, head_dim, capacity]`: keys stand transposed, ready to be multiplied. */
  pastKeys: (layer: number) => `past_keys_${layer}`,
  /** float32 `[batch, heads, 1, capacity, head_dim]` */
  pastValues: (layer: number) => `past_values_${layer}`,
} as const;

/** Tokens of a whole block; a run that must give the same bits as its tokens one by one ends at a multiple of it. */
export const BLOCK = 32;
/**
 * Runs of up to so many tokens multiply each query by the past on its own, in the order that a single one takes; it is
 * also faster for one, whose matrix is then not packed first. For more of them the matrix product is.
 */
export const ROWS_APART = 16;

/** Added to a score, leaves no probability after the softmax, and stays finite when two are added. */
export const MASKED = -1e9;

/** Writes the graph of a model as ONNX. */
export function buildCpuGraph(weights: PackedWeights): Uint8Array {
  const { config } = weights;
  const { heads, headDim, width, vocabularySize } = config;
  const graph = new GraphBuilder(weights);

  const embeddings = graph.input(IO.embeddings, "float32", ["batch", "tokens", width]);
  graph.input(IO.pastMask, "float32", [1, 1, 1, "capacity"]);
  graph.input(IO.newMask, "float32", ["tokens", "block"]);
  graph.input(IO.pastAndNew, "int64", [2]);
  graph.input(IO.recentStart, "int64", [1]);
  graph.input(IO.recentEnd, "int64", [1]);
  graph.input(IO.queryShape, "int64", [5]);
  graph.input(IO.probabilityShape, "int64", [5]);
  graph.input(IO.scoreShape, "int64", [4]);
  graph.input(IO.logitRows, "int64", ["rows"]);

  const newKeys: Value[] = [];
  const newValues: Value[] = [];
  const attendAndKeep = (layer: number, normalized: Value): Value => {
    graph.input(IO.pastKeys(layer), "float32", ["batch", heads, 1, headDim, "capacity"]);
    graph.input(IO.pastValues(layer), "float32", ["batch", heads, 1, "capacity", headDim]);
    const { mixed, keys, values } = attend(graph, config, layer, normalized);
    newKeys.push(keys);
    newValues.push(values);
    return mixed;
  };
  transform(graph, config, embeddings, attendAndKeep, IO.logitRows, IO.logits);
  graph.node("Concat", newKeys, { axis: { int: 0 } }, "", IO.newKeys);
  graph.node("Concat", newValues, { axis: { int: 0 } }, "", IO.newValues);

  graph.output(IO.logits, "float32", ["batch", "rows", vocabularySize]);
  graph.output(IO.newKeys, "float32", ["layer_batch", heads, headDim, "tokens"]);
  graph.output(IO.newValues, "float32", ["layer_batch", heads, "tokens", headDim]);
  return graph.encode("gpt2_cpu");
}

/** The float32 after 1. */
const NEARLY_ONE = 1 + 2 ** -23;

interface Attention {
  /** `[batch, tokens, width]` */
  mixed: Value;
  /** `[batch, heads, head_dim, tokens]` */
  keys: Value;
  /** `[batch, heads, tokens, head_dim]` */
  values: Value;
}

function attend(graph: GraphBuilder, config: Gpt2Config, layer: number, normalized: Value): Attention {
  const { heads, headDim, width } = config;
  const joined = attentionInput(graph, config, layer, normalized);
  const [q = "", k = "", v = ""] = graph.split(joined, graph.int64([width, width, width]), 3, 2);

  // 0 copies the dimension of the input: [batch, tokens, width] to [batch, tokens, heads, head_dim].
  const intoHeads = (value: Value, perm: readonly number[]): Value =>
    graph.node("Transpose", [graph.node("Reshape", [value, graph.int64([0, 0, heads, headDim])])], {
      perm: { ints: perm },
    });
  const scaled = graph.node("Mul", [q, graph.float32(attentionScale(config, layer))]);
  const queries = intoHeads(scaled, [0, 2, 1, 3]);
  const keys = intoHeads(k, [0, 2, 3, 1]);
  const values = intoHeads(v, [0, 2, 1, 3]);

  // A product with a factor other than one takes the general path for a single row, too: the same sums for any number
  // of rows. What the past part does by its shape, the short block does so at a small price.
  const generally = { alpha: { float: NEARLY_ONE } };
  const recentAndNew = (past: Value, fresh: Value, axis: number): Value => {
    const shape = graph.int64(axis === 3 ? [0, heads, headDim, -1] : [0, heads, -1, headDim]);
    const recent = graph.node("Slice", [past, IO.recentStart, IO.recentEnd, graph.int64([axis + 1])]);
    return graph.node("Concat", [graph.node("Reshape", [recent, shape]), fresh], { axis: { int: axis } });
  };
  const blockKeys = recentAndNew(IO.pastKeys(layer), keys, 3);
  const blockValues = recentAndNew(IO.pastValues(layer), values, 2);

  const pastScores = graph.node("MatMul", [graph.node("Reshape", [queries, IO.queryShape]), IO.pastKeys(layer)]);
  const scores = [
    graph.node("Add", [graph.node("Reshape", [pastScores, IO.scoreShape]), IO.pastMask]),
    graph.node("Add", [graph.node("FusedMatMul", [queries, blockKeys], generally, MICROSOFT), IO.newMask]),
  ];
  const probabilities = graph.node("Softmax", [graph.node("Concat", scores, { axis: { int: 3 } })], {
    axis: { int: -1 },
  });
  const [ofPast = "", ofNew = ""] = graph.split(probabilities, IO.pastAndNew, 2, 3);
  const fromPast = graph.node("MatMul", [graph.node("Reshape", [ofPast, IO.probabilityShape]), IO.pastValues(layer)]);
  const sum = graph.node("Add", [
    graph.node("Reshape", [fromPast, graph.int64([0, heads, -1, headDim])]),
    graph.node("FusedMatMul", [ofNew, blockValues], generally, MICROSOFT),
  ]);
  const byToken = graph.node("Transpose", [sum], { perm: { ints: [0, 2, 1, 3] } });
  return { mixed: graph.node("Reshape", [byToken, graph.int64([0, 0, width])]), keys, values };
}
