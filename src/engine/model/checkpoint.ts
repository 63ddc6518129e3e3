/** A GPT-2 checkpoint in the Hugging Face layout: `config.json` and one or several safetensors files. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { bfloat16ToFloat32, float16ToFloat32 } from "./floatFormats.ts";
import { type Gpt2Config, parseGpt2Config } from "./gpt2Config.ts";
import { openForReading, readRange, readSafetensorsHeader, type TensorEntry } from "./safetensors.ts";
import { readSmallFile } from "./smallFile.ts";
import { INDEX_FILE, PICKLE, SINGLE_FILE } from "./weightFiles.ts";

interface StoredTensor extends TensorEntry {
  file: string;
}

export interface Checkpoint {
  readonly folder: string;
  /** As `config.json` has it, but with `tiedEmbeddings` as the weights have it. */
  readonly config: Gpt2Config;
  /** By the names of {@link expectedTensors}. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly files: readonly string[];
}

/** Reads the configuration of the model in a folder. */
export function readConfig(folder: string): Gpt2Config {
  const file = path.join(folder, "config.json");
  let json: string;
  try {
    json = readSmallFile(file);
  } catch (cause) {
    if (cause instanceof LocalghostError) throw cause;
    throw new LocalghostError(
      "modelNotFound",
      l10n.t("There is no model in {0}: its config.json cannot be read.", folder),
      {
        cause,
      },
    );
  }
  return parseGpt2Config(json, file);
}

/** True when the folder holds weights that can be packed (rather than packed weights alone). */
export function hasCheckpoint(folder: string): boolean {
  return [SINGLE_FILE, INDEX_FILE].some((name) => fs.existsSync(path.join(folder, name)));
}

/**
 * Opens a checkpoint and checks that its tensors are the ones that its configuration describes.
 * @throws LocalghostError `modelNotFound` or `modelInvalid`
 */
export function openCheckpoint(folder: string): Checkpoint {
  const stated = readConfig(folder);
  const files = weightFiles(folder);
  const tensors = new Map<string, StoredTensor>();
  for (const file of files) {
    for (const [name, entry] of readSafetensorsHeader(file).tensors) {
      const canonical = canonicalName(name);
      if (tensors.has(canonical)) {
        throw new LocalghostError(
          "modelInvalid",
          l10n.t(
            'The weights in {0} hold "{1}" twice: keep one of "{2}" and "{3}".',
            folder,
            canonical,
            name,
            tensors.get(canonical)?.name ?? "",
          ),
        );
      }
      tensors.set(canonical, { ...entry, file });
    }
  }
  const checkpoint: Checkpoint = { folder, config: stated, tensors, files };
  for (const { name, shape } of expectedTensors(stated)) requireTensor(checkpoint, name, shape);
  return hasOwnOutputLayer(checkpoint) ? { ...checkpoint, config: { ...stated, tiedEmbeddings: false } } : checkpoint;
}

/**
 * Wrappers put their own name before those of GPT-2's tensors: `transformer.` in transformers, `module.` in
 * DataParallel, `_orig_mod.` in a compiled model. The original files have none.
 */
const WRAPPERS = /^(module\.|_orig_mod\.|model\.|transformer\.)+/;

function canonicalName(name: string): string {
  return name.replace(WRAPPERS, "");
}

const OUTPUT_LAYER = "lm_head.weight";

/**
 * True when the weights hold an output layer that is not the token embedding, though the configuration says that it is.
 * transformers believes the weights then, and so does this. Most files leave the layer out; a copy of the embedding is
 * no layer of its own.
 */
function hasOwnOutputLayer(checkpoint: Checkpoint): boolean {
  const { config, tensors } = checkpoint;
  const { vocabularySize, width } = config;
  if (!config.tiedEmbeddings || !tensors.has(OUTPUT_LAYER)) return false;
  requireTensor(checkpoint, OUTPUT_LAYER, [vocabularySize, width]);
  for (let row = 0; row < vocabularySize; row += ROWS_COMPARED) {
    const end = Math.min(vocabularySize, row + ROWS_COMPARED);
    const embedding = readRows(checkpoint, "wte.weight", row, end);
    const output = readRows(checkpoint, OUTPUT_LAYER, row, end);
    if (embedding.some((value, i) => value !== output[i])) return true;
  }
  return false;
}

/** Bounds memory; a layer that was trained differs in the first rows. */
const ROWS_COMPARED = 1024;

function weightFiles(folder: string): string[] {
  const single = path.join(folder, SINGLE_FILE);
  if (fs.existsSync(single)) return [single];
  const index = path.join(folder, INDEX_FILE);
  if (!fs.existsSync(index)) {
    const pickle = fs.readdirSync(folder).find((name) => PICKLE.test(name));
    throw new LocalghostError(
      "modelNotFound",
      pickle === undefined
        ? l10n.t("The model in {0} has no safetensors weights: copy model.safetensors there.", folder)
        : l10n.t(
            "The model in {0} has no safetensors weights: {1} is a pickle, which can run code and is not read; convert it to model.safetensors.",
            folder,
            pickle,
          ),
    );
  }
  try {
    const { weight_map: map } = JSON.parse(readSmallFile(index)) as { weight_map: Record<string, string> };
    // Only plain names: an index must not point outside its folder.
    return [...new Set(Object.values(map))].map((name) => path.join(folder, path.basename(name)));
  } catch (cause) {
    throw new LocalghostError("modelInvalid", l10n.t("{0} cannot be read: download or copy the model again.", index), {
      cause,
    });
  }
}

/** Every tensor of a GPT-2, with the shape that its configuration gives it; matrices are `[in, out]` (Conv1D). */
export function* expectedTensors(config: Gpt2Config): Generator<{ name: string; shape: readonly number[] }> {
  const { width, innerWidth, layers, vocabularySize, contextLength } = config;
  yield { name: "wte.weight", shape: [vocabularySize, width] };
  yield { name: "wpe.weight", shape: [contextLength, width] };
  for (let layer = 0; layer < layers; layer++) {
    const h = `h.${layer}`;
    yield { name: `${h}.ln_1.weight`, shape: [width] };
    yield { name: `${h}.ln_1.bias`, shape: [width] };
    yield { name: `${h}.attn.c_attn.weight`, shape: [width, 3 * width] };
    yield { name: `${h}.attn.c_attn.bias`, shape: [3 * width] };
    yield { name: `${h}.attn.c_proj.weight`, shape: [width, width] };
    yield { name: `${h}.attn.c_proj.bias`, shape: [width] };
    yield { name: `${h}.ln_2.weight`, shape: [width] };
    yield { name: `${h}.ln_2.bias`, shape: [width] };
    yield { name: `${h}.mlp.c_fc.weight`, shape: [width, innerWidth] };
    yield { name: `${h}.mlp.c_fc.bias`, shape: [innerWidth] };
    yield { name: `${h}.mlp.c_proj.weight`, shape: [innerWidth, width] };
    yield { name: `${h}.mlp.c_proj.bias`, shape: [width] };
  }
  yield { name: "ln_f.weight", shape: [width] };
  yield { name: "ln_f.bias", shape: [width] };
  if (!config.tiedEmbeddings) yield { name: "lm_head.weight", shape: [vocabularySize, width] };
}

function requireTensor(checkpoint: Checkpoint, name: string, shape: readonly number[]): void {
  const stored = checkpoint.tensors.get(name);
  if (!stored) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        'The weights in {0} do not fit its config.json: tensor "{1}" is missing. Copy both from the same model.',
        checkpoint.folder,
        name,
      ),
    );
  }
  if (stored.shape.join() !== shape.join()) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        'The weights in {0} do not fit its config.json: tensor "{1}" is [{2}] and should be [{3}]. Copy both from the same model.',
        checkpoint.folder,
        name,
        stored.shape.join(", "),
        shape.join(", "),
      ),
    );
  }
}

/**
 * Reads rows `from` (inclusive) to `to` (exclusive) of a tensor's first axis, as float32.
 * @throws LocalghostError `modelInvalid` when its type is not a float
 */
export function readRows(checkpoint: Checkpoint, name: string, from: number, to: number): Float32Array {
  const stored = checkpoint.tensors.get(name);
  if (!stored)
    throw new LocalghostError("modelInvalid", l10n.t('Tensor "{0}" is missing in {1}.', name, checkpoint.folder));
  const rowBytes = stored.byteLength / (stored.shape[0] ?? 1);
  const file = openForReading(stored.file);
  try {
    const bytes = readRange(file, stored.offset + from * rowBytes, (to - from) * rowBytes);
    return toFloat32(bytes.buffer, stored);
  } finally {
    fs.closeSync(file);
  }
}

/** Reads a whole tensor as float32. */
export function readTensor(checkpoint: Checkpoint, name: string): Float32Array {
  return readRows(checkpoint, name, 0, checkpoint.tensors.get(name)?.shape[0] ?? 0);
}

function toFloat32(buffer: ArrayBuffer, tensor: TensorEntry): Float32Array {
  switch (tensor.dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return float16ToFloat32(new Uint16Array(buffer));
    case "BF16":
      return bfloat16ToFloat32(new Uint16Array(buffer));
    case "F64":
      return Float32Array.from(new Float64Array(buffer));
    case "I64":
    case "I32":
    case "I16":
    case "I8":
    case "U8":
    case "BOOL":
      throw new LocalghostError(
        "modelInvalid",
        l10n.t('Tensor "{0}" holds {1}, not floating-point weights.', tensor.name, tensor.dtype),
      );
  }
}

const SAMPLES_A_TENSOR = 3;
const SAMPLE_BYTES = 4096;

/**
 * A fingerprint of the configuration and the weights: the shape of each tensor, and bytes of its beginning, middle and
 * end. Fine-tuning may leave most tensors alone, but changes those that it trains all over; so two models are told apart
 * without reading gigabytes at each start.
 */
export function fingerprint(checkpoint: Checkpoint): string {
  const hash = createHash("sha256").update(JSON.stringify(checkpoint.config));
  for (const name of checkpoint.files) {
    const tensors = [...checkpoint.tensors.values()].filter((tensor) => tensor.file === name);
    const file = openForReading(name);
    try {
      for (const { offset, byteLength, ...rest } of tensors) {
        hash.update(JSON.stringify([rest.name, rest.dtype, rest.shape]));
        const sample = Math.min(SAMPLE_BYTES, byteLength);
        for (let i = 0; i < SAMPLES_A_TENSOR; i++) {
          const start = Math.floor(((byteLength - sample) * i) / (SAMPLES_A_TENSOR - 1));
          hash.update(readRange(file, offset + start, sample));
        }
      }
    } finally {
      fs.closeSync(file);
    }
  }
  return hash.digest("hex");
}
