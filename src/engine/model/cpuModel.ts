import * as os from "node:os";
import * as path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ModelInfo } from "../../shared/protocol.ts";
import { buildCpuGraph, IO, MASKED } from "./cpuGraph.ts";
import { Embeddings } from "./embeddings.ts";
import { KvCache } from "./kvCache.ts";
import { type LanguageModel, refuseOverflow, type Sequence } from "./languageModel.ts";
import { modelInfo } from "./modelInfo.ts";
import type { PackedWeights } from "./packedWeights.ts";

export interface CpuOptions {
  threads: number;
  /** Why the CPU, in one sentence for the user. */
  reason?: string;
  /** When loading began, by `performance.now()`. */
  start?: number;
}

/** Runs packed weights on the CPU; the key-value cache lives in our arrays, which the session reads as views. */
export async function createCpuModel(
  weights: PackedWeights,
  folder: string,
  { threads, reason = "The CPU was asked for.", start = performance.now() }: CpuOptions,
): Promise<LanguageModel> {
  const session = await InferenceSession.create(buildCpuGraph(weights), {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: path.dirname(weights.path),
        // Threads that wait for work may spin during a run, which is faster, but must sleep after it: an idle engine
        // uses no CPU.
        force_spinning_stop: "1",
      },
    },
  });
  return new CpuModel(
    session,
    weights,
    modelInfo(weights, folder, { device: "cpu", reason }, performance.now() - start),
  );
}

/** One core stays free for the editor. */
export function defaultThreads(): number {
  return Math.max(1, Math.min(8, os.availableParallelism() - 1));
}

class CpuSequence implements Sequence {
  readonly cache: KvCache;
  readonly tokens: number[] = [];
  /** Views on the cache, made again when its arrays grow. */
  feeds: { capacity: number; past: Record<string, Tensor> } = { capacity: 0, past: {} };

  constructor(cache: KvCache) {
    this.cache = cache;
  }

  rewindTo(length: number): void {
    this.cache.rewindTo(length);
    this.tokens.length = length;
  }

  dispose(): void {
    // Its arrays are the garbage collector's.
  }
}

class CpuModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly bytesPerSequence: number;
  private readonly session: InferenceSession;
  private readonly weights: PackedWeights;
  private readonly embeddings: Embeddings;

  constructor(session: InferenceSession, weights: PackedWeights, info: ModelInfo) {
    this.session = session;
    this.weights = weights;
    this.info = info;
    this.embeddings = new Embeddings(weights);
    const { layers, width, contextLength } = weights.config;
    this.bytesPerSequence = 2 * 4 * layers * width * contextLength;
  }

  newSequence(): CpuSequence {
    return new CpuSequence(new KvCache(this.weights.config));
  }

  async forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array> {
    if (!(sequence instanceof CpuSequence)) throw new TypeError("the sequence belongs to another model");
    const { config } = this.weights;
    const { cache } = sequence;
    const count = tokens.length;
    refuseOverflow(cache.length + count, this.info);
    const { capacity } = cache;
    const results = await this.session.run({
      ...this.pastOf(sequence),
      [IO.embeddings]: new Tensor("float32", this.embeddings.lookUp(tokens, cache.length), [1, count, config.width]),
      [IO.pastMask]: new Tensor("float32", pastMask(cache.length, capacity), [1, 1, 1, capacity]),
      [IO.newMask]: new Tensor("float32", causalMask(count), [count, count]),
      [IO.pastAndNew]: int64Vector([capacity, count]),
      [IO.logitRows]: int64Vector(wantedRows),
    });
    cache.append(floats(results, IO.newKeys), floats(results, IO.newValues), count);
    sequence.tokens.push(...tokens);
    return floats(results, IO.logits);
  }

  async dispose(): Promise<void> {
    this.embeddings.close();
    await this.session.release();
  }

  private pastOf(sequence: CpuSequence): Record<string, Tensor> {
    const { layers, heads, headDim } = this.weights.config;
    const { cache, feeds } = sequence;
    if (feeds.capacity === cache.capacity) return feeds.past;
    const { capacity } = cache;
    const past: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      past[IO.pastKeys(layer)] = new Tensor("float32", cache.keys(layer), [1, heads, headDim, capacity]);
      past[IO.pastValues(layer)] = new Tensor("float32", cache.values(layer), [1, heads, capacity, headDim]);
    }
    sequence.feeds = { capacity, past };
    return past;
  }
}

function pastMask(length: number, capacity: number): Float32Array {
  return new Float32Array(capacity).fill(MASKED, length);
}

/** `[count, count]`: row i may look at columns 0 to i. */
function causalMask(count: number): Float32Array {
  const mask = new Float32Array(count * count);
  for (let row = 0; row < count; row++) mask.fill(MASKED, row * count + row + 1, (row + 1) * count);
  return mask;
}

function int64Vector(values: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values.map(BigInt)), [values.length]);
}

function floats(results: InferenceSession.ReturnType, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`the session returned no float32 ${name}`);
  return data;
}
