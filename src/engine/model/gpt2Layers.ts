/** The parts of a GPT-2 graph that every device has in common; only attention differs, since the cache does. */
import type { Activation, Gpt2Config } from "./gpt2Config.ts";
import type { GraphBuilder, Value } from "./graphBuilder.ts";

/** Queries, keys and values in one: `[batch, tokens, 3 * width]`. */
export function attentionInput(graph: GraphBuilder, config: Gpt2Config, layer: number, x: Value): Value {
  const { width } = config;
  const name = `h.${layer}`;
  const normalized = graph.layerNorm(x, `${name}.ln_1`, config.layerNormEpsilon);
  return graph.linear(normalized, `${name}.attn.c_attn.weight`, 3 * width, width, `${name}.attn.c_attn.bias`);
}

/** Projects what attention mixed, `[batch, tokens, width]`, back into the residual stream. */
export function attentionOutput(graph: GraphBuilder, config: Gpt2Config, layer: number, mixed: Value): Value {
  const name = `h.${layer}.attn.c_proj`;
  return graph.linear(mixed, `${name}.weight`, config.width, config.width, `${name}.bias`);
}

/** What scores are multiplied by in a layer. */
export function attentionScale(config: Gpt2Config, layer: number): number {
  const byWidth = config.scaleAttention ? 1 / Math.sqrt(config.headDim) : 1;
  return config.scaleAttentionByLayer ? byWidth / (layer + 1) : byWidth;
}

/** Two matrices with an activation between them: `[batch, tokens, width]`. */
export function feedForward(graph: GraphBuilder, config: Gpt2Config, layer: number, x: Value): Value {
  const { width, innerWidth } = config;
  const name = `h.${layer}`;
  const normalized = graph.layerNorm(x, `${name}.ln_2`, config.layerNormEpsilon);
  const inner = graph.linear(normalized, `${name}.mlp.c_fc.weight`, innerWidth, width, `${name}.mlp.c_fc.bias`);
  const activated = activate(graph, config.activation, inner);
  return graph.linear(activated, `${name}.mlp.c_proj.weight`, width, innerWidth, `${name}.mlp.c_proj.bias`);
}

/**
 * Logits `[batch, rows, vocabulary]` of the wanted rows, named `as`. Only these pass the output layer, which is the
 * largest matrix of the smaller models.
 */
export function outputLogits(graph: GraphBuilder, config: Gpt2Config, x: Value, rows: Value, as?: string): Value {
  const wanted = graph.node("Gather", [x, rows], { axis: { int: 1 } });
  const matrix = config.tiedEmbeddings ? "wte.weight" : "lm_head.weight";
  const normalized = graph.layerNorm(wanted, "ln_f", config.layerNormEpsilon);
  return graph.linear(normalized, matrix, config.vocabularySize, config.width, undefined, as);
}

function activate(graph: GraphBuilder, activation: Activation, x: Value): Value {
  switch (activation) {
    case "gelu_new":
      return graph.node("Gelu", [x], { approximate: { string: "tanh" } });
    case "gelu":
      return graph.node("Gelu", [x]);
    case "relu":
      return graph.node("Relu", [x]);
    case "silu":
      return graph.node("Mul", [x, graph.node("Sigmoid", [x])]);
    case "tanh":
      return graph.node("Tanh", [x]);
  }
}
