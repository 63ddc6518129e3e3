import * as fs from "node:fs";
import * as path from "node:path";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";

/**
 * Writes `config.json`, `generation_config.json` and tokenizer files. The tokenizer merges nothing, so that a letter is
 * a token, whose id is its character code: prompts of an exact length are easily made and the same for all engines.
 */
export function writeModelFiles(folder: string, config: Gpt2Config): void {
  fs.mkdirSync(folder, { recursive: true });
  const write = (name: string, json: unknown): void => fs.writeFileSync(path.join(folder, name), JSON.stringify(json));
  const endOfText = config.endOfText ?? config.vocabularySize - 1;
  write("config.json", {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    activation_function: config.activation,
    layer_norm_epsilon: config.layerNormEpsilon,
    n_layer: config.layers,
    n_head: config.heads,
    n_embd: config.width,
    n_positions: config.contextLength,
    n_ctx: config.contextLength,
    vocab_size: config.vocabularySize,
    bos_token_id: endOfText,
    eos_token_id: endOfText,
  });
  write("generation_config.json", { bos_token_id: endOfText, eos_token_id: endOfText });
  write("tokenizer.json", tokenizer(config.vocabularySize));
  write("tokenizer_config.json", { tokenizer_class: "GPT2Tokenizer", model_max_length: config.contextLength });
}

/** The pieces of the vocabulary: a byte each, then fillers that no text contains. */
export function vocabulary(size: number): string[] {
  return Array.from({ length: size }, (_, id) => (id < 256 ? byteCharacter(id) : `token${id}`));
}

/** Characters of ids that a prompt may consist of: plain letters. */
export const PROMPT_IDS: readonly number[] = ["A", "a"].flatMap((first) =>
  Array.from({ length: 26 }, (_, i) => first.charCodeAt(0) + i),
);

function byteCharacter(byte: number): string {
  const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  if (printable) return String.fromCharCode(byte);
  // GPT-2 numbers the others from U+0100 on, in their order.
  const before = byte < 33 ? byte : byte < 161 ? byte - 94 : 67;
  return String.fromCharCode(256 + before);
}

function tokenizer(size: number): unknown {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    added_tokens: [],
    model: {
      type: "BPE",
      vocab: Object.fromEntries(vocabulary(size).map((piece, id) => [piece, id])),
      merges: [],
    },
  };
}
