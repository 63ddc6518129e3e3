/** Writes the checkpoint as GGUF, llama.cpp's format. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
import * as fs from "node:fs";
import type { Checkpoint } from "../../src/engine/model/checkpoint.ts";
import { readTensor } from "../../src/engine/model/checkpoint.ts";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { GGML_TYPE, type GgmlType, ggmlByteLength, toGgml } from "./ggmlBlocks.ts";
import { transpose } from "../../src/engine/model/transpose.ts";
import { vocabulary } from "./modelFiles.ts";

/** Tensors begin at multiples of this. */
const ALIGNMENT = 32;

/** `gguf_metadata_value_type` */
const VALUE = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 } as const;

/** `llama_ftype`: how most of the tensors are stored. */
const FILE_TYPE: Record<GgmlType, number> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 };

interface GgufTensor {
  name: string;
  /** The checkpoint's tensor. */
  source: string;
  /** Innermost first. */
  dimensions: readonly number[];
  type: GgmlType;
}

/** The texts of the tokens by their ids, and which two become one, in order: `Ġ t`. */
export interface GgufTokenizer {
  readonly tokens: readonly string[];
  readonly merges: readonly string[];
}

/** For who gives the model tokens and no text. llama.cpp refuses a byte-pair encoding without any merge. */
function fillers({ vocabularySize }: Gpt2Config): GgufTokenizer {
  return { tokens: vocabulary(vocabularySize), merges: ["token 300"] };
}

/**
 * Writes every matrix as `type`, and vectors and positions as float32, as llama.cpp's own converter does. The output
 * layer is the token embedding, which llama.cpp takes when the file has no other.
 */
export function writeGguf(
  file: string,
  checkpoint: Checkpoint,
  type: GgmlType,
  tokenizer = fillers(checkpoint.config),
): void {
  const { config } = checkpoint;
  const tensors = [...ggufTensors(config, type)];
  const metadata = metadataOf(config, type, tokenizer);
  const infos: Buffer[] = [];
  let offset = 0;
  for (const { name, dimensions, type: stored } of tensors) {
    infos.push(
      Buffer.concat([text(name), u32(dimensions.length), ...dimensions.map(u64), u32(GGML_TYPE[stored]), u64(offset)]),
    );
    offset += aligned(ggmlByteLength(elements(dimensions), stored));
  }
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata,
    ...infos,
  ]);
  const output = fs.openSync(file, "w");
  try {
    writeAligned(output, head);
    for (const { source, dimensions, type: stored } of tensors) {
      writeAligned(output, toGgml(rowsOf(checkpoint, source, dimensions), stored));
    }
  } finally {
    fs.closeSync(output);
  }
}

/** llama.cpp wants `[out, in]`; a GPT-2's layers are stored `[in, out]`. */
function rowsOf(checkpoint: Checkpoint, source: string, dimensions: readonly number[]): Float32Array {
  const values = readTensor(checkpoint, source);
  const [inputs = 0, outputs = 0] = dimensions;
  return source.startsWith("h.") && dimensions.length === 2 ? transpose(values, inputs, outputs) : values;
}

function* ggufTensors(
  { layers, width, innerWidth, vocabularySize, contextLength }: Gpt2Config,
  type: GgmlType,
): Generator<GgufTensor> {
  yield { name: "token_embd.weight", source: "wte.weight", dimensions: [width, vocabularySize], type };
  yield { name: "position_embd.weight", source: "wpe.weight", dimensions: [width, contextLength], type: "F32" };
  for (let layer = 0; layer < layers; layer++) {
    const to = `blk.${layer}`;
    const from = `h.${layer}`;
    yield* pair(`${to}.attn_norm`, `${from}.ln_1`, [width], "F32");
    yield* pair(`${to}.attn_qkv`, `${from}.attn.c_attn`, [width, 3 * width], type);
    yield* pair(`${to}.attn_output`, `${from}.attn.c_proj`, [width, width], type);
    yield* pair(`${to}.ffn_norm`, `${from}.ln_2`, [width], "F32");
    yield* pair(`${to}.ffn_up`, `${from}.mlp.c_fc`, [width, innerWidth], type);
    yield* pair(`${to}.ffn_down`, `${from}.mlp.c_proj`, [innerWidth, width], type);
  }
  yield* pair("output_norm", "ln_f", [width], "F32");
}

function* pair(name: string, source: string, dimensions: readonly number[], type: GgmlType): Generator<GgufTensor> {
  yield { name: `${name}.weight`, source: `${source}.weight`, dimensions, type };
  yield { name: `${name}.bias`, source: `${source}.bias`, dimensions: dimensions.slice(-1), type: "F32" };
}

function metadataOf(config: Gpt2Config, type: GgmlType, tokenizer: GgufTokenizer): Buffer[] {
  const { vocabularySize } = config;
  const endOfText = config.endOfText ?? vocabularySize - 1;
  const entry = (key: string, valueType: number, value: Buffer): Buffer =>
    Buffer.concat([text(key), u32(valueType), value]);
  const count = (key: string, value: number): Buffer => entry(key, VALUE.uint32, u32(value));
  const array = (key: string, itemType: number, items: readonly Buffer[]): Buffer =>
    entry(key, VALUE.array, Buffer.concat([u32(itemType), u64(items.length), ...items]));
  const ordinary = u32(1);
  return [
    entry("general.architecture", VALUE.string, text("gpt2")),
    entry("general.name", VALUE.string, text("random")),
    count("general.file_type", FILE_TYPE[type]),
    count("gpt2.context_length", config.contextLength),
    count("gpt2.embedding_length", config.width),
    count("gpt2.feed_forward_length", config.innerWidth),
    count("gpt2.block_count", config.layers),
    count("gpt2.attention.head_count", config.heads),
    entry("gpt2.attention.layer_norm_epsilon", VALUE.float32, f32(config.layerNormEpsilon)),
    entry("tokenizer.ggml.model", VALUE.string, text("gpt2")),
    entry("tokenizer.ggml.pre", VALUE.string, text("gpt-2")),
    array("tokenizer.ggml.tokens", VALUE.string, tokenizer.tokens.map(text)),
    array("tokenizer.ggml.token_type", VALUE.int32, new Array<Buffer>(vocabularySize).fill(ordinary)),
    array("tokenizer.ggml.merges", VALUE.string, tokenizer.merges.map(text)),
    count("tokenizer.ggml.bos_token_id", endOfText),
    count("tokenizer.ggml.eos_token_id", endOfText),
  ];
}

function elements(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => product * dimension, 1);
}

function aligned(byteLength: number): number {
  return Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
}

function writeAligned(output: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(output, bytes, done);
  const padding = aligned(bytes.length) - bytes.length;
  if (padding > 0) fs.writeSync(output, Buffer.alloc(padding));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
