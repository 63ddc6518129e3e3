import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import type { ModelInfo } from "../../shared/protocol.ts";
import { Embeddings } from "./embeddings.ts";
import type { Arithmetic } from "./graphBuilder.ts";
import { type LanguageModel, refuseOverflow, type Sequence } from "./languageModel.ts";
import { modelInfo } from "./modelInfo.ts";
import { InferenceSession, Tensor } from "./onnxRuntime.ts";
import type { PackedWeights } from "./packedWeights.ts";
import { buildCacheGraph, buildWebgpuGraph, WEBGPU_IO as IO } from "./webgpuGraph.ts";

export interface WebgpuOptions {
  /** Why the GPU, in one sentence for the user. */
  reason?: string;
  /** When loading began, by `performance.now()`. */
  start?: number;
}

/**
 * Runs packed weights on the GPU through WebGPU (Vulkan, Metal or Direct3D 12), with the cache on the device.
 * @throws LocalghostError `deviceUnavailable` with the driver's reason
 */
export async function createWebgpuModel(
  weights: PackedWeights,
  folder: string,
  { reason = l10n.t("The GPU was asked for."), start = performance.now() }: WebgpuOptions = {},
): Promise<LanguageModel> {
  // What float32 asks for is exactness; the other dtypes gain speed from float16 where the device has it.
  const choices: Arithmetic[] = weights.dtype === "fp32" ? ["float32"] : ["float16", "float32"];
  let failure: unknown;
  for (const arithmetic of choices) {
    try {
      return await createAndProbe(weights, arithmetic, () =>
        modelInfo(weights, folder, { device: "webgpu", reason }, performance.now() - start),
      );
    } catch (error) {
      failure = error;
    }
  }
  throw new LocalghostError("deviceUnavailable", l10n.t("The GPU cannot run this model: {0}", firstSentence(failure)), {
    cause: failure,
  });
}

/** That the device lacks float16 shows in the first run, not when the session is made. */
async function createAndProbe(
  weights: PackedWeights,
  arithmetic: Arithmetic,
  describe: () => ModelInfo,
): Promise<LanguageModel> {
  const cacheMaker = await InferenceSession.create(buildCacheGraph(weights.config, arithmetic), {
    executionProviders: ["webgpu"],
    preferredOutputLocation: "gpu-buffer",
    logSeverityLevel: 4,
  });
  // Without a preferred output location: with it, the buffers that we pass as outputs would be ignored.
  const session = await InferenceSession.create(buildWebgpuGraph(weights, arithmetic), {
    executionProviders: ["webgpu"],
    logSeverityLevel: 4,
    extra: { session: { model_external_initializers_file_folder_path: path.dirname(weights.path) } },
  }).catch(async (error: unknown) => {
    await cacheMaker.release();
    throw error;
  });
  const model = new WebgpuModel(session, cacheMaker, weights, describe());
  try {
    const probe = model.newSequence();
    const logits = await model.forward(probe, [0], [0]);
    probe.dispose();
    if (!logits.every(Number.isFinite)) throw new Error(l10n.t("{0} overflows on this device", arithmetic));
    longestRun ??= await model.measureLongestRun();
    return model;
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

class WebgpuSequence implements Sequence {
  readonly tokens: number[] = [];
  /** Keys and values of each layer on the device, by the names of the graph's inputs; made by the first run. */
  past: Record<string, Tensor> | undefined;
  readonly #fullLength: number;

  /** @param fullLength bytes of its buffers, which are made in full */
  constructor(fullLength: number) {
    this.#fullLength = fullLength;
  }

  get byteLength(): number {
    return this.past ? this.#fullLength : 0;
  }

  rewindTo(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.tokens.length) {
      throw new RangeError(`cannot rewind a sequence of ${this.tokens.length} tokens to ${length}`);
    }
    // What lies after the length is never looked at, and is overwritten by the next run.
    this.tokens.length = length;
  }

  dispose(): void {
    for (const tensor of Object.values(this.past ?? {})) tensor.dispose();
    this.past = undefined;
  }
}

/** More tokens in a run would hold up a cancellation. */
const MOST_TOGETHER = 16;
/**
 * From so many tokens on ONNX Runtime's attention takes another kernel, which counts keys twice on adapters that work in
 * groups of four, as software ones do.
 */
const LONG_RUN = 32;
/** The most tokens of a run on the adapter; undefined until a model that can look at so many has been tried. */
let longestRun: number | undefined;
/** The most that logits of one run may differ from those of several, as a share of their spread; that kernel's errors are far above. */
const MOST_DIFFERENCE = 0.02;

class WebgpuModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly bytesPerSequence: number;
  readonly #session: InferenceSession;
  readonly #cacheMaker: InferenceSession;
  readonly #weights: PackedWeights;
  readonly #embeddings: Embeddings;
  constructor(session: InferenceSession, cacheMaker: InferenceSession, weights: PackedWeights, info: ModelInfo) {
    this.#session = session;
    this.#cacheMaker = cacheMaker;
    this.#weights = weights;
    this.info = info;
    this.#embeddings = new Embeddings(weights);
    const { layers, width, contextLength } = weights.config;
    this.bytesPerSequence = 2 * 4 * layers * width * contextLength;
  }

  newSequence(): WebgpuSequence {
    return new WebgpuSequence(this.bytesPerSequence);
  }

  mostTogether(): number {
    // Kernels for one row and for several are different ones; how much differs is for a trial to find out.
    return MOST_TOGETHER;
  }

  /** Finds out whether long runs are right on this adapter; undefined where the model is too small to tell. */
  async measureLongestRun(): Promise<number | undefined> {
    const { contextLength, vocabularySize } = this.info;
    if (contextLength < LONG_RUN) return undefined;
    const tokens = Array.from({ length: LONG_RUN }, (_, i) => (i * 7919) % vocabularySize);
    const half = LONG_RUN / 2;
    const rows = Array.from({ length: half }, (_, row) => row);
    const sequence = this.newSequence();
    const whole = await this.forward(
      sequence,
      tokens,
      rows.map((row) => half + row),
    );
    sequence.rewindTo(0);
    await this.forward(sequence, tokens.slice(0, half), []);
    const inParts = await this.forward(sequence, tokens.slice(half), rows);
    sequence.dispose();
    const squares = (of: (logit: number, i: number) => number): number =>
      inParts.reduce((sum, logit, i) => sum + of(logit, i) ** 2, 0);
    const mean = inParts.reduce((sum, logit) => sum + logit, 0) / inParts.length;
    const error = squares((logit, i) => logit - (whole[i] ?? NaN)) / squares((logit) => logit - mean);
    return Math.sqrt(error) <= MOST_DIFFERENCE ? Infinity : LONG_RUN - 1;
  }

  async forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array> {
    if (!(sequence instanceof WebgpuSequence)) throw new TypeError("the sequence belongs to another model");
    refuseOverflow(sequence.tokens.length + tokens.length, this.info);
    const most = longestRun ?? Infinity;
    if (tokens.length <= most) return this.#run(sequence, tokens, wantedRows);
    const { vocabularySize } = this.info;
    const logits = new Float32Array(wantedRows.length * vocabularySize);
    for (let first = 0; first < tokens.length; first += most) {
      const part = tokens.slice(first, first + most);
      const wanted = [...wantedRows.entries()].filter(([, row]) => row >= first && row < first + part.length);
      const rows = await this.#run(
        sequence,
        part,
        wanted.map(([, row]) => row - first),
      );
      for (const [i, [at]] of wanted.entries()) {
        logits.set(rows.subarray(i * vocabularySize, (i + 1) * vocabularySize), at * vocabularySize);
      }
    }
    return logits;
  }

  async #run(
    sequence: WebgpuSequence,
    tokens: readonly number[],
    wantedRows: readonly number[],
  ): Promise<Float32Array> {
    const { config } = this.#weights;
    const start = sequence.tokens.length;
    const total = start + tokens.length;
    const past = (sequence.past ??= await this.#makeCache());
    const fetches: Record<string, Tensor | null> = { [IO.logits]: null };
    for (let layer = 0; layer < config.layers; layer++) {
      for (const which of KEYS_AND_VALUES) fetches[IO.present(layer, which)] = past[IO.past(layer, which)] ?? null;
    }
    // Kernels refuse empty tensors: a run whose logits nobody wants computes one row and drops it.
    const rows = wantedRows.length > 0 ? wantedRows : [0];
    const positions = tokens.map((_, i) => start + i);
    const results = await this.#session.run(
      {
        ...past,
        [IO.embeddings]: new Tensor("float32", this.#embeddings.lookUp(tokens, positions), [
          1,
          tokens.length,
          config.width,
        ]),
        [IO.lastPosition]: new Tensor("int32", [total - 1], [1]),
        [IO.totalLength]: new Tensor("int32", [total], []),
        [IO.logitRows]: new Tensor("int64", BigInt64Array.from(rows.map(BigInt)), [rows.length]),
      },
      fetches,
    );
    sequence.tokens.push(...tokens);
    const logits = results[IO.logits]?.data;
    if (!(logits instanceof Float32Array)) throw new TypeError("the session returned no float32 logits");
    return wantedRows.length > 0 ? logits : new Float32Array();
  }

  async dispose(): Promise<void> {
    this.#embeddings.close();
    await this.#session.release();
    await this.#cacheMaker.release();
  }

  async #makeCache(): Promise<Record<string, Tensor>> {
    const past: Record<string, Tensor> = {};
    for (let layer = 0; layer < this.#weights.config.layers; layer++) {
      for (const which of KEYS_AND_VALUES) {
        const { cache } = await this.#cacheMaker.run({ zero: new Tensor("float32", [0], [1, 1, 1, 1]) });
        if (!cache) throw new TypeError("the device gave no buffer");
        past[IO.past(layer, which)] = cache;
      }
    }
    return past;
  }
}

const KEYS_AND_VALUES = ["keys", "values"] as const;

/** The driver's own words without ONNX Runtime's source paths. */
function firstSentence(reason: unknown): string {
  const message = (reason instanceof Error ? reason.message : String(reason)).trim();
  const sentence = message.split(" was false. ").at(-1) ?? message;
  return /[.!]$/.test(sentence) ? sentence : `${sentence}.`;
}
