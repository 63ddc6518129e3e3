/**
 * Runs a ready-made export to ONNX: optimum's `decoder_model_merged.onnx`, transformers.js's `onnx/model.onnx`. Such a graph
 * takes its whole cache as `past_key_values.*` and returns it as `present.*`, so every token copies the cache: slower than
 * our own graph, for models that exist in no other form.
 */
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import type { Dtype, ModelInfo } from "../../shared/protocol.ts";
import type { CpuOptions } from "./cpuModel.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import { type LanguageModel, refuseOverflow, type Sequence } from "./languageModel.ts";
import { modelInfo } from "./modelInfo.ts";
import { InferenceSession, Tensor } from "./onnxRuntime.ts";

/** Names of the graph's inputs and outputs, which optimum and transformers.js agree on. */
const INPUT = {
  ids: "input_ids",
  mask: "attention_mask",
  positions: "position_ids",
  /** In a merged graph: true to use the cache, and false for the branch that begins without one. */
  useCache: "use_cache_branch",
  past: (layer: number, which: "key" | "value") => `past_key_values.${layer}.${which}`,
};
const OUTPUT = {
  logits: "logits",
  present: (layer: number, which: "key" | "value") => `present.${layer}.${which}`,
};
const KINDS = ["key", "value"] as const;

/** What the names of transformers.js's files say of their weights. */
function dtypeOf(file: string): Dtype {
  return /_(quantized|int8|uint8)\.onnx$/.test(file) ? "int8" : "fp32";
}

/**
 * Loads an export on the CPU.
 * @param file inside `folder`
 * @throws LocalghostError `modelInvalid` when the file is no GPT-2 decoder with a cache, or not that of its config.json
 */
export async function createExportedModel(
  folder: string,
  file: string,
  config: Gpt2Config,
  { threads, reason = l10n.t("A ready ONNX export runs on the CPU."), start = performance.now() }: CpuOptions,
): Promise<LanguageModel> {
  const whole = path.join(folder, file);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(whole, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
      extra: { session: { force_spinning_stop: "1" } },
    });
  } catch (cause) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("The ONNX export {0} cannot be loaded: download it again, or take the model's safetensors.", whole),
      { cause },
    );
  }
  try {
    checkExport(session, config, whole);
  } catch (error) {
    await session.release();
    throw error;
  }
  const info = modelInfo(
    { config, dtype: dtypeOf(file) },
    folder,
    { device: "cpu", reason },
    performance.now() - start,
  );
  return new ExportedModel(session, config, info);
}

/** @throws LocalghostError `modelInvalid` when the graph is not a decoder of this shape */
function checkExport(session: InferenceSession, config: Gpt2Config, file: string): void {
  const invalid = (sentence: string): LocalghostError => new LocalghostError("modelInvalid", sentence);
  const known = new Set<string>([INPUT.ids, INPUT.mask, INPUT.positions, INPUT.useCache]);
  const inputs = new Map(session.inputMetadata.map((value) => [value.name, value]));
  const outputs = new Set(session.outputNames);
  if (!inputs.has(INPUT.ids) || !outputs.has(OUTPUT.logits)) {
    throw invalid(l10n.t('The ONNX export {0} is no language model: export the model "with past" in float32.', file));
  }
  for (let layer = 0; layer < config.layers; layer++) {
    for (const which of KINDS) {
      const name = INPUT.past(layer, which);
      known.add(name);
      const past = inputs.get(name);
      if (!past?.isTensor || !outputs.has(OUTPUT.present(layer, which))) {
        throw invalid(
          l10n.t(
            'The ONNX export {0} keeps no cache for the {1} layers that its config.json describes: export the model "with past" in float32.',
            file,
            config.layers,
          ),
        );
      }
      if (past.type !== "float32") {
        throw invalid(
          l10n.t(
            'The ONNX export {0} keeps its cache in {1}: export the model "with past" in float32.',
            file,
            past.type,
          ),
        );
      }
      const [, heads, , headDim] = past.shape;
      if (heads !== config.heads || headDim !== config.headDim) {
        throw invalid(
          l10n.t(
            'The ONNX export {0} does not have the heads that its config.json describes: export the model "with past" in float32.',
            file,
          ),
        );
      }
    }
  }
  const foreign = session.inputNames.find((name) => !known.has(name));
  if (foreign !== undefined) {
    throw invalid(
      l10n.t(
        'The ONNX export {0} wants "{1}", which a GPT-2 has not: export the model "with past" in float32.',
        file,
        foreign,
      ),
    );
  }
}

/** float32 `[1, heads, length, headDim]` for a key and a value of each layer. */
type Cache = readonly Float32Array[];

class ExportedSequence implements Sequence {
  readonly tokens: number[] = [];
  cache: Cache;
  /** How many tokens the cache holds; more than there are after a rewind. */
  cached = 0;

  constructor(cache: Cache) {
    this.cache = cache;
  }

  get byteLength(): number {
    return this.cache.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  rewindTo(length: number): void {
    this.tokens.length = length;
  }

  dispose(): void {
    // Its arrays are the garbage collector's.
  }
}

class ExportedModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly bytesPerSequence: number;
  readonly #session: InferenceSession;
  readonly #config: Gpt2Config;

  constructor(session: InferenceSession, config: Gpt2Config, info: ModelInfo) {
    this.#session = session;
    this.#config = config;
    this.info = info;
    const { layers, width, contextLength } = config;
    this.bytesPerSequence = 2 * 4 * layers * width * contextLength;
  }

  newSequence(): ExportedSequence {
    return new ExportedSequence(Array.from({ length: 2 * this.#config.layers }, () => new Float32Array()));
  }

  /** Nothing is known of how a foreign graph sums over several tokens. */
  mostTogether(): number {
    return 1;
  }

  async forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array> {
    if (!(sequence instanceof ExportedSequence)) throw new TypeError("the sequence belongs to another model");
    const past = sequence.tokens.length;
    const total = past + tokens.length;
    refuseOverflow(total, this.info);
    this.#shorten(sequence, past);
    const results = await this.#session.run(this.#feeds(sequence, tokens));
    sequence.cache = this.#present(results);
    sequence.cached = total;
    sequence.tokens.push(...tokens);
    return this.#rows(floats(results, OUTPUT.logits), wantedRows);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }

  #feeds(sequence: ExportedSequence, tokens: readonly number[]): Record<string, Tensor> {
    const { heads, headDim } = this.#config;
    const past = sequence.tokens.length;
    const total = past + tokens.length;
    const feeds: Record<string, Tensor> = {
      [INPUT.ids]: int64(tokens),
      [INPUT.mask]: int64(new Array<number>(total).fill(1)),
      [INPUT.positions]: int64(tokens.map((_, i) => past + i)),
      // Its other branch takes no cache at all, and an empty one is as good.
      [INPUT.useCache]: new Tensor("bool", [past > 0], [1]),
    };
    for (const [i, values] of sequence.cache.entries()) {
      const name = INPUT.past(i >> 1, KINDS[(i & 1) as 0 | 1]);
      feeds[name] = new Tensor("float32", values, [1, heads, past, headDim]);
    }
    // Not every export takes all of them.
    return Object.fromEntries(this.#session.inputNames.map((name) => [name, feeds[name]])) as Record<string, Tensor>;
  }

  #present(results: InferenceSession.ReturnType): Cache {
    return Array.from({ length: 2 * this.#config.layers }, (_, i) =>
      floats(results, OUTPUT.present(i >> 1, KINDS[(i & 1) as 0 | 1])),
    );
  }

  /** Forgets cached tokens from `length` on: each head keeps its beginning. */
  #shorten(sequence: ExportedSequence, length: number): void {
    const { heads, headDim } = this.#config;
    const { cached } = sequence;
    if (cached === length) return;
    sequence.cache = sequence.cache.map((values) => {
      const kept = new Float32Array(heads * length * headDim);
      for (let head = 0; head < heads; head++) {
        const start = head * cached * headDim;
        kept.set(values.subarray(start, start + length * headDim), head * length * headDim);
      }
      return kept;
    });
    sequence.cached = length;
  }

  /** Of logits `[tokens, vocabulary]` those that are wanted. */
  #rows(logits: Float32Array, wanted: readonly number[]): Float32Array {
    const { vocabularySize } = this.#config;
    const rows = new Float32Array(wanted.length * vocabularySize);
    for (const [i, row] of wanted.entries()) {
      rows.set(logits.subarray(row * vocabularySize, (row + 1) * vocabularySize), i * vocabularySize);
    }
    return rows;
  }
}

/** `[1, length]` */
function int64(values: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values.map(BigInt)), [1, values.length]);
}

function floats(results: InferenceSession.ReturnType, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`the export returned no float32 ${name}`);
  return data;
}
