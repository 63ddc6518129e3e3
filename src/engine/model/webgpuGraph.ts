/**
 * The GPT-2 graph for WebGPU: attention by ONNX Runtime's GroupQueryAttention, whose cache stays on the device and is
 * updated in place (past and present are the same buffers).
 */
import type { Gpt2Config } from "./gpt2Config.ts";
import { type Attend, attentionInput, attentionScale, transform } from "./gpt2Layers.ts";
import { type Arithmetic, GraphBuilder, MICROSOFT } from "./graphBuilder.ts";
import type { PackedWeights } from "./packedWeights.ts";

/** Names of the graph's inputs and outputs, shared with the code that feeds it. */
export const WEBGPU_IO = {
  /** float32 `[1, tokens, width]`: token row plus position row. */
  embeddings: "embeddings",
  /** int32 `[1]`: tokens in the cache after this run, less one. */
  lastPosition: "last_position",
  /** int32 scalar: tokens in the cache after this run. */
  totalLength: "total_length",
  /** int64 `[rows]`: which of the new tokens' logits are wanted. */
  logitRows: "logit_rows",
  /** float32 `[1, rows, vocabulary]` */
  logits: "logits",
  /** `[1, heads, context, head_dim]` in the type of the arithmetic, of keys or of values. */
  past: (layer: number, which: "keys" | "values") => `past_${which}_${layer}`,
  /** The same buffer after the run. */
  present: (layer: number, which: "keys" | "values") => `present_${which}_${layer}`,
} as const;

/** Writes the graph of a model as ONNX. */
export function buildWebgpuGraph(weights: PackedWeights, arithmetic: Arithmetic): Uint8Array {
  const { config } = weights;
  const { layers, heads, headDim, width, contextLength, vocabularySize } = config;
  const graph = new GraphBuilder(weights, arithmetic);
  const cacheShape = [1, heads, contextLength, headDim];

  const embeddings = graph.input(WEBGPU_IO.embeddings, "float32", [1, "tokens", width]);
  graph.input(WEBGPU_IO.lastPosition, "int32", [1]);
  graph.input(WEBGPU_IO.totalLength, "int32", []);
  graph.input(WEBGPU_IO.logitRows, "int64", ["rows"]);
  for (let layer = 0; layer < layers; layer++) {
    for (const which of ["keys", "values"] as const) {
      graph.input(WEBGPU_IO.past(layer, which), arithmetic, cacheShape);
      graph.output(WEBGPU_IO.present(layer, which), arithmetic, cacheShape);
    }
  }
  const attendInPlace: Attend = (layer, normalized) => attend(graph, config, layer, normalized);
  if (arithmetic === "float32") {
    transform(graph, config, embeddings, attendInPlace, WEBGPU_IO.logitRows, WEBGPU_IO.logits);
  } else {
    const x = graph.cast(embeddings, arithmetic);
    graph.cast(transform(graph, config, x, attendInPlace, WEBGPU_IO.logitRows), "float32", WEBGPU_IO.logits);
  }
  graph.output(WEBGPU_IO.logits, "float32", [1, "rows", vocabularySize]);
  return graph.encode("gpt2_webgpu");
}

function attend(graph: GraphBuilder, config: Gpt2Config, layer: number, normalized: string): string {
  const { heads } = config;
  const joined = attentionInput(graph, config, layer, normalized);
  return graph.nodeWithOutputs(
    "GroupQueryAttention",
    [
      joined, // queries, keys and values packed
      "",
      "",
      WEBGPU_IO.past(layer, "keys"),
      WEBGPU_IO.past(layer, "values"),
      WEBGPU_IO.lastPosition,
      WEBGPU_IO.totalLength,
    ],
    [graph.freshName(), WEBGPU_IO.present(layer, "keys"), WEBGPU_IO.present(layer, "values")],
    {
      num_heads: { int: heads },
      kv_num_heads: { int: heads },
      do_rotary: { int: 0 },
      scale: { float: attentionScale(config, layer) },
    },
    MICROSOFT,
  );
}

/** A graph whose only output is a buffer of zeros for one layer's keys or values; it makes the cache on the device. */
export function buildCacheGraph(config: Gpt2Config, arithmetic: Arithmetic): Uint8Array {
  const { heads, headDim, contextLength } = config;
  const shape = [1, heads, contextLength, headDim];
  const graph = new GraphBuilder(undefined);
  const zero = graph.input("zero", "float32", [1, 1, 1, 1]);
  const zeros = graph.node("Expand", [zero, graph.int64(shape)]);
  graph.cast(zeros, arithmetic, "cache");
  graph.output("cache", arithmetic, shape);
  return graph.encode("cache");
}
