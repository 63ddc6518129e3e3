/** The parts of a GPT-2 graph that every device has in common; only attention differs, since the cache does. */
import type { Activation, Gpt2Config } from "./gpt2Config.ts";
import type { GraphBuilder, Value } from "./graphBuilder.ts";

/** Queries, keys and values in one, of normalized activations: `[batch, tokens, 3 * width]`. */
export function attentionInput(graph: GraphBuilder, config: Gpt2Config, layer: number, normalized: Value): Value {
  const { width } = config;
  const name = `h.${layer}`;
  return graph.linear(normalized, `${name}.attn.c_attn.weight`, 3 * width, width, `${name}.attn.c_attn.bias`);
}

/** Projects what attention mixed, `[batch, tokens, width]`, back into the residual stream. */
function attentionOutput(graph: GraphBuilder, config: Gpt2Config, layer: number, mixed: Value): Value {
  const name = `h.${layer}.attn.c_proj`;
  return graph.linear(mixed, `${name}.weight`, config.width, config.width, `${name}.bias`);
}

/** What scores are multiplied by in a layer. */
export function attentionScale(config: Gpt2Config, layer: number): number {
  const byWidth = config.scaleAttention ? 1 / Math.sqrt(config.headDim) : 1;
  return config.scaleAttentionByLayer ? byWidth / (layer + 1) : byWidth;
}

/** Two matrices with an activation between them, after normalized activations: `[batch, tokens, width]`. */
function feedForward(graph: GraphBuilder, config: Gpt2Config, layer: number, normalized: Value): Value {
  const { width, innerWidth } = config;
  const name = `h.${layer}`;
  const inner = graph.linear(normalized, `${name}.mlp.c_fc.weight`, innerWidth, width, `${name}.mlp.c_fc.bias`);
  const activated = activate(graph, config.activation, inner);
  return graph.linear(activated, `${name}.mlp.c_proj.weight`, width, innerWidth, `${name}.mlp.c_proj.bias`);
}

/** Attention of one layer on normalized activations `[batch, tokens, width]`; the same shape, not yet projected. */
export type Attend = (layer: number, normalized: Value) => Value;

/**
 * All layers and the output layer: logits `[batch, rows, vocabulary]` of the wanted rows, named `as`.
 *
 * Only the wanted rows go on after the last layer's attention: reading a prompt wants none but its last, and the output
 * layer is the largest matrix of the smaller models.
 * @param embeddings `[batch, tokens, width]`
 * @param rows int64 `[rows]`: which tokens' logits are wanted
 */
export function transform(
  graph: GraphBuilder,
  config: Gpt2Config,
  embeddings: Value,
  attend: Attend,
  rows: Value,
  as?: string,
): Value {
  const { layers, layerNormEpsilon: epsilon } = config;
  const wanted = (value: Value): Value => graph.node("Gather", [value, rows], { axis: { int: 1 } });
  let x = embeddings;
  let normalized = graph.layerNorm(x, "h.0.ln_1", epsilon);
  for (let layer = 0; layer < layers; layer++) {
    let mixed = attend(layer, normalized);
    if (layer === layers - 1) [x, mixed] = [wanted(x), wanted(mixed)];
    const attended = graph.addAndNormalize(x, attentionOutput(graph, config, layer, mixed), `h.${layer}.ln_2`, epsilon);
    const next = layer === layers - 1 ? "ln_f" : `h.${layer + 1}.ln_1`;
    const fed = feedForward(graph, config, layer, attended.normalized);
    ({ sum: x, normalized } = graph.addAndNormalize(attended.sum, fed, next, epsilon));
  }
  const matrix = config.tiedEmbeddings ? "wte.weight" : "lm_head.weight";
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
