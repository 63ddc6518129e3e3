import assert from "node:assert/strict";
import { test } from "node:test";
import { countParameters, parseGpt2Config } from "../../../src/engine/model/gpt2Config.ts";
import { fails } from "../../engine/helpers/checkpoints.ts";

/** The original 124M's config.json, as far as it matters. */
const small = { model_type: "gpt2", n_layer: 12, n_head: 12, n_embd: 768, n_positions: 1024, vocab_size: 50257 };

function parse(changes: Readonly<Record<string, unknown>>): ReturnType<typeof parseGpt2Config> {
  return parseGpt2Config(JSON.stringify({ ...small, ...changes }), "config.json");
}

test("what a config leaves out is what GPT-2 does", () => {
  assert.deepEqual(parse({}), {
    layers: 12,
    heads: 12,
    width: 768,
    headDim: 64,
    innerWidth: 3072,
    contextLength: 1024,
    vocabularySize: 50257,
    activation: "gelu_new",
    layerNormEpsilon: 1e-5,
    scaleAttention: true,
    scaleAttentionByLayer: false,
    tiedEmbeddings: true,
    endOfText: 50256,
  });
});

const read: [string, Record<string, unknown>, Partial<ReturnType<typeof parseGpt2Config>>][] = [
  ["n_ctx where n_positions is missing", { n_positions: undefined, n_ctx: 77 }, { contextLength: 77 }],
  ["n_positions before n_ctx", { n_ctx: 77 }, { contextLength: 1024 }],
  ["an n_inner of null", { n_inner: null }, { innerWidth: 3072 }],
  ["n_inner", { n_inner: 96 }, { innerWidth: 96 }],
  ["synonyms of activations", { activation_function: "gelu_pytorch_tanh" }, { activation: "gelu_new" }],
  ["swish", { activation_function: "swish" }, { activation: "silu" }],
  ["the end of text", { eos_token_id: 50256 }, { endOfText: 50256 }],
  ["several ends of text", { eos_token_id: [70000, 7, 8] }, { endOfText: 7 }],
  ["no end of text", { eos_token_id: null }, { endOfText: undefined }],
  ["an end of text that is no token", { eos_token_id: 50257 }, { endOfText: undefined }],
  ["untied embeddings", { tie_word_embeddings: false }, { tiedEmbeddings: false }],
];

for (const [name, changes, expected] of read) {
  test(`a config is read: ${name}`, () => {
    const config = parse(changes);
    assert.deepEqual({ ...config, ...expected }, config);
  });
}

test("parameters are counted as they are published", () => {
  assert.equal(countParameters(parse({})), 124_439_808);
  assert.equal(countParameters(parse({ n_layer: 48, n_head: 25, n_embd: 1600 })), 1_557_611_200);
  assert.equal(countParameters(parse({ tie_word_embeddings: false })), 124_439_808 + 50257 * 768);
});

const wrong: [Record<string, unknown>, RegExp][] = [
  [{ model_type: "llama" }, /describes a "llama" model; Localghost runs "gpt2" models only/],
  [{ model_type: undefined }, /describes a "nameless" model/],
  [{ n_layer: 0 }, /needs a positive whole number as "n_layer" but has 0/],
  [{ n_layer: "12" }, /"n_layer" but has "12"/],
  [{ n_embd: undefined }, /"n_embd" but has null/],
  [{ n_embd: 76.8 }, /"n_embd" but has 76\.8/],
  [{ n_head: -12 }, /"n_head" but has -12/],
  [{ n_head: 7 }, /has a width of 768 that 7 heads cannot share/],
  [{ vocab_size: Infinity }, /"vocab_size" but has null/],
  [{ n_positions: [1024] }, /"n_positions" but has \[1024\]/],
  [{ n_positions: 1 }, /can look at one token only/],
  [{ n_inner: -1 }, /"n_inner" but has -1/],
  [{ activation_function: "mish" }, /activation function that Localghost does not know, "mish"/],
  [{ activation_function: "constructor" }, /does not know, "constructor"/],
  [{ activation_function: 5 }, /does not know, 5/],
  [{ layer_norm_epsilon: 0 }, /has no usable layer_norm_epsilon/],
  [{ layer_norm_epsilon: "1e-5" }, /has no usable layer_norm_epsilon/],
  [{ add_cross_attention: true }, /asks for cross-attention/],
];

for (const [changes, sentence] of wrong) {
  test(`a config with ${JSON.stringify(changes)} is refused in a sentence`, () => {
    assert.throws(() => parse(changes), fails("modelInvalid", sentence));
  });
}

for (const json of ["", "{", "[]", "null", "5", '"gpt2"', "\u0000"]) {
  test(`a config that is ${JSON.stringify(json)} is refused in a sentence`, () => {
    const sentence = /^config\.json (is not valid JSON: .*|does not hold a JSON object)\.$/;
    assert.throws(() => parseGpt2Config(json, "config.json"), fails("modelInvalid", sentence));
  });
}
