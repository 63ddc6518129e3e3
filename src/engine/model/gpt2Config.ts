import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";

/** Activation functions that GPT-2 checkpoints use, by the names of Hugging Face's `activation_function`. */
export const ACTIVATIONS = ["gelu_new", "gelu", "relu", "silu", "tanh"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** The shape of a GPT-2 and the few choices its family allows, read from `config.json`. */
export interface Gpt2Config {
  layers: number;
  heads: number;
  /** Width of the residual stream, `n_embd`; `heads * headDim`. */
  width: number;
  headDim: number;
  /** Width between the two matrices of a feed-forward block, `n_inner`. */
  innerWidth: number;
  /** Context length, `n_positions`. */
  contextLength: number;
  vocabularySize: number;
  activation: Activation;
  layerNormEpsilon: number;
  /** Divide the scores by sqrt(headDim). */
  scaleAttention: boolean;
  /** Divide the scores of layer i by i + 1 as well. */
  scaleAttentionByLayer: boolean;
  /** The output layer is the token embedding. */
  tiedEmbeddings: boolean;
  endOfText: number | undefined;
}

/** The default of transformers' GPT2Config. */
const USUAL_END_OF_TEXT = 50256;

const synonyms: Record<string, Activation> = {
  gelu_pytorch_tanh: "gelu_new",
  gelu_fast: "gelu_new",
  swish: "silu",
};

/**
 * Reads a Hugging Face `config.json` of a GPT-2.
 * @param source where it came from, for the message
 * @throws LocalghostError `modelInvalid` when it is not JSON, not GPT-2's, or contradicts itself
 */
export function parseGpt2Config(json: string, source: string): Gpt2Config {
  const raw = parseObject(json, source);
  const fail = (sentence: string): never => {
    throw new LocalghostError("modelInvalid", sentence);
  };
  if (raw["model_type"] !== "gpt2") {
    fail(
      l10n.t(
        '{0} describes a {1} model; Localghost runs "gpt2" models only.',
        source,
        JSON.stringify(raw["model_type"] ?? "nameless"),
      ),
    );
  }
  const count = (key: string, fallback?: number): number => {
    const value = raw[key] ?? fallback;
    if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
    return fail(
      l10n.t('{0} needs a positive whole number as "{1}" but has {2}.', source, key, JSON.stringify(value ?? null)),
    );
  };
  const flag = (key: string, fallback: boolean): boolean => (typeof raw[key] === "boolean" ? raw[key] : fallback);

  const width = count("n_embd");
  const heads = count("n_head");
  if (width % heads !== 0) {
    fail(l10n.t("{0} has a width of {1} that {2} heads cannot share.", source, width, heads));
  }
  if (flag("add_cross_attention", false)) {
    fail(l10n.t("{0} asks for cross-attention, which a plain GPT-2 has not.", source));
  }
  const vocabularySize = count("vocab_size");
  const contextLength = count("n_positions", typeof raw["n_ctx"] === "number" ? raw["n_ctx"] : 1024);
  // The window slides by half a context, which must be a token at least.
  if (contextLength < 2) fail(l10n.t("{0} describes a model that can look at one token only.", source));
  // Some have several; absent is transformers' default, and null is none.
  const endings: unknown[] = [raw["eos_token_id"] === undefined ? USUAL_END_OF_TEXT : raw["eos_token_id"]].flat();
  const epsilon = raw["layer_norm_epsilon"] ?? 1e-5;
  const name = raw["activation_function"] ?? "gelu_new";
  const activation = ACTIVATIONS.find((known) => typeof name === "string" && known === (synonyms[name] ?? name));
  return {
    layers: count("n_layer"),
    heads,
    width,
    headDim: width / heads,
    innerWidth: count("n_inner", 4 * width),
    contextLength,
    vocabularySize,
    activation:
      activation ??
      fail(
        l10n.t("{0} names an activation function that Localghost does not know, {1}.", source, JSON.stringify(name)),
      ),
    layerNormEpsilon:
      typeof epsilon === "number" && epsilon > 0
        ? epsilon
        : fail(l10n.t("{0} has no usable layer_norm_epsilon.", source)),
    scaleAttention: flag("scale_attn_weights", true),
    scaleAttentionByLayer: flag("scale_attn_by_inverse_layer_idx", false),
    tiedEmbeddings: flag("tie_word_embeddings", true),
    endOfText: endings.find((id) => typeof id === "number" && id >= 0 && id < vocabularySize) as number | undefined,
  };
}

/** The number of weights: two embeddings and, a layer, four matrices with their biases and two layer norms. */
export function countParameters(config: Gpt2Config): number {
  const { width, innerWidth, layers, vocabularySize, contextLength } = config;
  const attention = width * 3 * width + 3 * width + width * width + width;
  const feedForward = 2 * width * innerWidth + innerWidth + width;
  const outputLayer = config.tiedEmbeddings ? 0 : vocabularySize * width;
  return (
    (vocabularySize + contextLength) * width + layers * (attention + feedForward + 4 * width) + 2 * width + outputLayer
  );
}

function parseObject(json: string, source: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} is not valid JSON: download or export the model again.", source),
      {
        cause,
      },
    );
  }
  throw new LocalghostError("modelInvalid", l10n.t("{0} does not hold a JSON object.", source));
}
