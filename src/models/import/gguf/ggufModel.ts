/** What a GGUF file says of a GPT-2, in the terms of Hugging Face's files: configuration, tokenizer, names of tensors. */
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { expectedTensors } from "../../../engine/model/checkpoint.ts";
import { type Gpt2Config, parseGpt2Config } from "../../../engine/model/gpt2Config.ts";
import { LocalghostError } from "../../../shared/errors.ts";
import { READABLE_TYPES } from "./ggmlTypes.ts";
import { type GgufHeader, type GgufTensor, type GgufValue, readGgufHeader } from "./ggufHeader.ts";

export interface GgufModel {
  readonly file: string;
  readonly config: Gpt2Config;
  /** Contents of `config.json` and `tokenizer.json`. */
  readonly configJson: string;
  readonly tokenizerJson: string;
  /** Every tensor of the model under Hugging Face's name, with its shape there. */
  readonly tensors: readonly NamedTensor[];
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stored: GgufTensor;
}

/**
 * Reads what a GGUF file holds, without its weights.
 * @throws LocalghostError `modelNotFound` without the file, `modelInvalid` when it holds no GPT-2 that can be run
 */
export function openGguf(file: string): GgufModel {
  const header = readGgufHeader(file);
  const name = path.basename(file);
  const architecture = header.metadata.get("general.architecture");
  if (architecture !== "gpt2") {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        '{0} holds a {1} model; Localghost runs "gpt2" models only.',
        name,
        JSON.stringify(architecture ?? "nameless"),
      ),
    );
  }
  if (Number(header.metadata.get("split.count") ?? 1) > 1) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t('{0} is one of several parts: join them with llama.cpp\'s "llama-gguf-split --merge" first.', name),
    );
  }
  const configJson = configOf(header);
  const config = parseGpt2Config(configJson, name);
  return {
    file,
    config,
    configJson,
    tokenizerJson: tokenizerOf(header, name),
    tensors: tensorsOf(header, config, name),
  };
}

function configOf({ metadata, tensors }: GgufHeader): string {
  const value = (key: string): GgufValue | undefined => metadata.get(`gpt2.${key}`);
  const [, vocabularySize] = tensors.get("token_embd.weight")?.dimensions ?? [];
  const endOfText = metadata.get("tokenizer.ggml.eos_token_id");
  return `${JSON.stringify(
    {
      model_type: "gpt2",
      architectures: ["GPT2LMHeadModel"],
      activation_function: "gelu_new",
      n_layer: value("block_count"),
      n_head: value("attention.head_count"),
      n_embd: value("embedding_length"),
      n_inner: value("feed_forward_length"),
      n_positions: value("context_length"),
      n_ctx: value("context_length"),
      vocab_size: vocabularySize,
      layer_norm_epsilon: shortest(value("attention.layer_norm_epsilon")),
      bos_token_id: metadata.get("tokenizer.ggml.bos_token_id") ?? endOfText,
      eos_token_id: endOfText,
    },
    null,
    2,
  )}\n`;
}

/** 1e-5 as float32 is 0.000009999999747…: the decimal number that it came from is meant. */
function shortest(value: GgufValue | undefined): GgufValue | undefined {
  return typeof value === "number" ? Number(value.toPrecision(7)) : value;
}

/** Pre-tokenizers of llama.cpp that split a text as GPT-2 does. */
const SPLIT_AS_GPT2: readonly unknown[] = [undefined, "", "default", "gpt-2"];

/** `llama_token_type` of pieces that are no part of text, and of rows that no piece belongs to. */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

function tokenizerOf({ metadata }: GgufHeader, name: string): string {
  const kind = metadata.get("tokenizer.ggml.model");
  const split = metadata.get("tokenizer.ggml.pre");
  if (kind !== "gpt2" || !SPLIT_AS_GPT2.includes(split)) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        "{0} has a tokenizer that GPT-2 does not use ({1}): choose another model.",
        name,
        JSON.stringify(kind === "gpt2" ? split : (kind ?? null)),
      ),
    );
  }
  const pieces = strings(metadata.get("tokenizer.ggml.tokens"));
  const merges = strings(metadata.get("tokenizer.ggml.merges"));
  if (!pieces || !merges) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} holds no tokenizer: convert the model again with llama.cpp.", name),
    );
  }
  const types = metadata.get("tokenizer.ggml.token_type");
  const typeOf = (id: number): unknown => (Array.isArray(types) ? (types as readonly unknown[])[id] : undefined);
  const pieceOf = (id: number): string => pieces[id] ?? "";
  const ids = [...pieces.keys()].filter((id) => typeOf(id) !== UNUSED);
  const added = ids.filter((id) => typeOf(id) === CONTROL || typeOf(id) === USER_DEFINED);
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return `${JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added.map((id) => ({
      id,
      content: pieceOf(id),
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: typeOf(id) === CONTROL,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: "BPE", vocab: Object.fromEntries(ids.map((id) => [pieceOf(id), id])), merges },
  })}\n`;
}

function strings(value: GgufValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  return items.every((item) => typeof item === "string") ? items : undefined;
}

function tensorsOf({ tensors }: GgufHeader, config: Gpt2Config, name: string): NamedTensor[] {
  const named: NamedTensor[] = [];
  // An output layer of its own, or a copy of the embedding: checkpoint.ts tells them apart by their numbers.
  const layers = expectedTensors({ ...config, tiedEmbeddings: !tensors.has("output.weight") });
  for (const { name: ours, shape } of layers) {
    const theirs = ggufName(ours);
    const stored = tensors.get(theirs);
    if (!stored) {
      throw new LocalghostError(
        "modelInvalid",
        l10n.t('{0} lacks the tensor "{1}": download or convert it again.', name, theirs),
      );
    }
    if (stored.type === undefined) {
      throw new LocalghostError(
        "modelInvalid",
        l10n.t(
          "{0} stores weights as {1}, which is not read: take the file with one of {2}.",
          name,
          stored.typeName,
          READABLE_TYPES.join(", "),
        ),
      );
    }
    // Matrices stand as [out, in], innermost first; the layers of Hugging Face's GPT-2 as [in, out].
    const expected = isLayerMatrix(ours, shape) ? shape : shape.toReversed();
    if (stored.dimensions.join() !== expected.join()) {
      throw new LocalghostError(
        "modelInvalid",
        l10n.t(
          '{0} contradicts itself: its tensor "{1}" is [{2}] and should be [{3}].',
          name,
          theirs,
          stored.dimensions.join(", "),
          expected.join(", "),
        ),
      );
    }
    named.push({ name: ours, shape, stored });
  }
  return named;
}

/** True for matrices that are stored the other way round. */
export function isLayerMatrix(name: string, shape: readonly number[]): boolean {
  return name.startsWith("h.") && shape.length === 2;
}

const PARTS: Readonly<Record<string, string>> = {
  ln_1: "attn_norm",
  "attn.c_attn": "attn_qkv",
  "attn.c_proj": "attn_output",
  ln_2: "ffn_norm",
  "mlp.c_fc": "ffn_up",
  "mlp.c_proj": "ffn_down",
};
const OUTSIDE: Readonly<Record<string, string>> = {
  wte: "token_embd",
  wpe: "position_embd",
  ln_f: "output_norm",
  lm_head: "output",
};

function ggufName(name: string): string {
  const [, layer, part = "", kind = ""] = /^h\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  if (layer !== undefined) return `blk.${layer}.${PARTS[part] ?? part}.${kind}`;
  const [whole = "", end = ""] = name.split(".");
  return `${OUTSIDE[whole] ?? whole}.${end}`;
}
