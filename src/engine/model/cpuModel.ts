import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { ModelInfo } from "../../shared/protocol.ts";
import { causalMask, pastMask, treeMask } from "./attentionMasks.ts";
import { BLOCK, buildCpuGraph, IO, ROWS_APART } from "./cpuGraph.ts";
import { Embeddings } from "./embeddings.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import { KvCache } from "./kvCache.ts";
import { type LanguageModel, refuseOverflow, type Sequence, type SequenceBatch } from "./languageModel.ts";
import { modelInfo } from "./modelInfo.ts";
import { InferenceSession, Tensor } from "./onnxRuntime.ts";
import type { PackedWeights } from "./packedWeights.ts";
import { depths, type TokenTree } from "./tokenTree.ts";

export interface CpuOptions {
  threads: number;
  /** The same graph runs on both. */
  device?: "cpu" | "cuda";
  /** Why there, in one sentence for the user. */
  reason?: string;
  /** When loading began, by `performance.now()`. */
  start?: number;
}

/** Runs packed weights on the CPU; the key-value cache lives in our arrays, which the session reads as views. */
export async function createCpuModel(
  weights: PackedWeights,
  folder: string,
  { threads, device = "cpu", reason = l10n.t("The CPU was asked for."), start = performance.now() }: CpuOptions,
): Promise<LanguageModel> {
  const session = await InferenceSession.create(buildCpuGraph(weights), {
    executionProviders: [device],
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
  return new CpuModel(session, weights, modelInfo(weights, folder, { device, reason }, performance.now() - start));
}

/** The cache of one sequence, or of several of one length side by side, as the session reads it. */
class FedCache {
  readonly cache: KvCache;
  readonly batch: number;
  readonly #config: Gpt2Config;
  /** Views on the cache, made again when its arrays grow. */
  #feeds: { capacity: number; past: Record<string, Tensor> } = { capacity: 0, past: {} };

  constructor(cache: KvCache, config: Gpt2Config, batch: number) {
    this.cache = cache;
    this.#config = config;
    this.batch = batch;
  }

  get past(): Record<string, Tensor> {
    const { layers, heads, headDim } = this.#config;
    const { cache, batch } = this;
    const { capacity } = cache;
    if (this.#feeds.capacity === capacity) return this.#feeds.past;
    const past: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      past[IO.pastKeys(layer)] = new Tensor("float32", cache.keys(layer), [batch, heads, 1, headDim, capacity]);
      past[IO.pastValues(layer)] = new Tensor("float32", cache.values(layer), [batch, heads, 1, capacity, headDim]);
    }
    this.#feeds = { capacity, past };
    return past;
  }

  pick(parts: readonly number[]): FedCache {
    return new FedCache(this.cache.pick(parts, this.batch), this.#config, parts.length);
  }
}

class CpuSequence implements Sequence {
  readonly fed: FedCache;
  readonly tokens: number[] = [];

  constructor(fed: FedCache) {
    this.fed = fed;
  }

  get byteLength(): number {
    return this.fed.cache.byteLength;
  }

  rewindTo(length: number): void {
    this.fed.cache.rewindTo(length);
    this.tokens.length = length;
  }

  dispose(): void {
    // Its arrays are the garbage collector's.
  }
}

class CpuModel implements LanguageModel {
  readonly info: ModelInfo;
  readonly bytesPerSequence: number;
  readonly #session: InferenceSession;
  readonly #weights: PackedWeights;
  readonly #embeddings: Embeddings;

  constructor(session: InferenceSession, weights: PackedWeights, info: ModelInfo) {
    this.#session = session;
    this.#weights = weights;
    this.info = info;
    this.#embeddings = new Embeddings(weights);
    const { layers, width, contextLength } = weights.config;
    this.bytesPerSequence = 2 * 4 * layers * width * contextLength;
  }

  newSequence(): CpuSequence {
    return new CpuSequence(new FedCache(new KvCache(this.#weights.config), this.#weights.config, 1));
  }

  mostTogether(length: number): number {
    return Math.min(ROWS_APART, BLOCK - (length % BLOCK));
  }

  async forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array> {
    if (!(sequence instanceof CpuSequence)) throw new TypeError("the sequence belongs to another model");
    const logits = await this.#run(sequence.fed, [tokens], wantedRows);
    sequence.tokens.push(...tokens);
    return logits;
  }

  branch(sequence: Sequence, count: number): SequenceBatch {
    if (!(sequence instanceof CpuSequence)) throw new TypeError("the sequence belongs to another model");
    let fed = sequence.fed.pick(new Array<number>(count).fill(0));
    return {
      forward: (tokens) =>
        this.#run(
          fed,
          tokens.map((token) => [token]),
          [0],
        ),
      keep: (members) => {
        fed = fed.pick(members);
      },
    };
  }

  async forwardTree(sequence: Sequence, tree: TokenTree): Promise<Float32Array> {
    if (!(sequence instanceof CpuSequence)) throw new TypeError("the sequence belongs to another model");
    const { fed } = sequence;
    const { length } = fed.cache;
    const positions = depths(tree).map((depth) => length + depth);
    refuseOverflow(Math.max(...positions) + 1, this.info);
    const mask = treeMask(length % BLOCK, tree);
    const feeds = this.#feeds(fed, [tree.tokens], positions, mask, [...tree.tokens.keys()]);
    // Without the new keys and values: nothing follows them.
    return floats(await this.#session.run(feeds, [IO.logits]), IO.logits);
  }

  async dispose(): Promise<void> {
    this.#embeddings.close();
    await this.#session.release();
  }

  /**
   * Appends as many tokens to each sequence of a cache.
   * @param tokens those of each
   * @returns float32 logits `[batch, wantedRows.length, vocabulary]`
   */
  async #run(
    fed: FedCache,
    tokens: readonly (readonly number[])[],
    wantedRows: readonly number[],
  ): Promise<Float32Array> {
    const { cache } = fed;
    const count = tokens[0]?.length ?? 0;
    refuseOverflow(cache.length + count, this.info);
    const positions = tokens.flatMap((part) => part.map((_, i) => cache.length + i));
    const mask = causalMask(cache.length % BLOCK, count);
    const results = await this.#session.run(this.#feeds(fed, tokens, positions, mask, wantedRows));
    cache.append(floats(results, IO.newKeys), floats(results, IO.newValues), count);
    return floats(results, IO.logits);
  }

  /**
   * The graph's inputs for a run of as many tokens after each sequence of a cache.
   * @param positions of all tokens, those of the first sequence first
   * @param newMask `[count, recent + count]`: which of the recent and new tokens each new one looks at
   */
  #feeds(
    { cache, batch, past }: FedCache,
    tokens: readonly (readonly number[])[],
    positions: readonly number[],
    newMask: Float32Array,
    wantedRows: readonly number[],
  ): Record<string, Tensor> {
    const { width, heads, headDim } = this.#weights.config;
    const { length, capacity } = cache;
    const count = tokens[0]?.length ?? 0;
    const recent = length % BLOCK;
    const rows = count <= ROWS_APART ? [count, 1] : [1, count];
    return {
      ...past,
      [IO.embeddings]: new Tensor("float32", this.#embeddings.lookUp(tokens.flat(), positions), [batch, count, width]),
      [IO.pastMask]: new Tensor("float32", pastMask(length - recent, capacity), [1, 1, 1, capacity]),
      [IO.newMask]: new Tensor("float32", newMask, [count, recent + count]),
      [IO.pastAndNew]: int64Vector([capacity, recent + count]),
      [IO.recentStart]: int64Vector([length - recent]),
      [IO.recentEnd]: int64Vector([length]),
      [IO.queryShape]: int64Vector([batch, heads, ...rows, headDim]),
      [IO.probabilityShape]: int64Vector([batch, heads, ...rows, capacity]),
      [IO.scoreShape]: int64Vector([batch, heads, count, capacity]),
      [IO.logitRows]: int64Vector(wantedRows),
    };
  }
}

function int64Vector(values: readonly number[]): Tensor {
  return new Tensor("int64", BigInt64Array.from(values.map(BigInt)), [values.length]);
}

function floats(results: InferenceSession.ReturnType, name: string): Float32Array {
  const data = results[name]?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`the session returned no float32 ${name}`);
  return data;
}
