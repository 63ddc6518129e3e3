import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import {
  type DetokenizeParams,
  type DetokenizeResult,
  type GenerateParams,
  type GenerateProgress,
  type GenerateResult,
  type ModelInfo,
  type LoadModelParams,
  type ModelSpec,
  PRIORITIES,
  type Priority,
  type RankParams,
  type RankResult,
  type ScoreParams,
  type ScoreResult,
  type TokenizeParams,
  type TokenizeResult,
  type WarmParams,
  type WarmResult,
} from "../shared/protocol.ts";
import { defaultCacheFolder } from "./defaultCacheFolder.ts";
import { generate, type LoadedModel } from "./generate.ts";
import { DraftPolicy } from "./draftPolicy.ts";
import { DraftTrial } from "./draftTrial.ts";
import type { DeviceTrial } from "./deviceTrial.ts";
import { IdleSequences } from "./idleSequences.ts";
import { chooseByTimes, type DeviceTimes, rememberDeviceTimes } from "./model/deviceMemory.ts";
import { Memories } from "./memory/memories.ts";
import { noteUse } from "./model/lastUsed.ts";
import { loadModel, packBeforeLoad } from "./model/loadModel.ts";
import { openPackedWeights } from "./model/packedWeights.ts";
import { defaultThreads } from "./model/threads.ts";
import { timeDevices } from "./model/timeDevices.ts";
import { ModelCache } from "./modelCache.ts";
import { type Job, Scheduler } from "./scheduler.ts";
import { checkIds } from "./promptTokens.ts";
import { rank } from "./rank.ts";
import { score } from "./score.ts";
import { SequencePool } from "./sequencePool.ts";
import { checkTokenizerFits, loadTokenizer } from "./tokenizer/loadTokenizer.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";
import { warm } from "./warm.ts";

export interface EngineOptions {
  /** Threads for one run; absent or 0: all physical work but one core. */
  threads?: number | undefined;
  /** Where packed weights go when a model's folder cannot be written; the user's cache folder when absent. */
  cacheFolder?: string | undefined;
  /** The most memory for sequences that no request uses now; absent: 256. */
  cacheMegabytes?: number | undefined;
  /** Unloads models that no request has used for so long; absent or 0: never. */
  unloadAfterMinutes?: number | undefined;
  /** Times the devices for `device: auto`, once per model; without it, `auto` knows only what was measured before. */
  tryDevices?: (trial: DeviceTrial) => Promise<DeviceTimes>;
  /** Called when a loaded model moved to another device, a reason for its device was found, or it was loaded again. */
  onModelChanged?: (info: ModelInfo) => void;
  /** Called when a model was unloaded because nobody used it. */
  onModelUnloaded?: (info: ModelInfo) => void;
}

/** Loads models when they are first named and answers requests about them, one model run at a time. */
export class Engine {
  #options: EngineOptions;
  readonly #scheduler = new Scheduler();
  readonly #models = new ModelCache(
    this.#scheduler,
    (spec) => this.#pack(spec),
    (spec) => this.#loadNow(spec),
    {
      used: ({ folder }) => noteUse(folder),
      reloaded: (info) => this.#options.onModelChanged?.(this.#describe(info)),
      unloaded: (info) => {
        this.#tokenizers.delete(info.folder);
        this.#options.onModelUnloaded?.(info);
      },
    },
  );
  /** What is known of the workspace's files. */
  readonly memories = new Memories(this.#scheduler, (folder) => this.#tokenizer(folder));
  readonly #idleSequences = new IdleSequences();
  readonly #tokenizers = new Map<string, Tokenizer>();
  /** Weights that are being packed. */
  readonly #packing = new Map<string, Promise<void>>();
  #completion: AbortController | undefined;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    this.configure(options);
  }

  /** Changes the options; those of loading hold for models that are loaded from now on. */
  configure(options: EngineOptions): void {
    this.#options = { ...this.#options, ...options };
    const { cacheMegabytes, unloadAfterMinutes = 0 } = this.#options;
    if (cacheMegabytes !== undefined) this.#idleSequences.limit(cacheMegabytes * 1e6);
    this.#models.unloadAfter(unloadAfterMinutes * 60_000);
  }

  /** Loads a model, or finds it loaded. Unless it is for later, an answer that another model is writing waits for it. */
  load({ priority = "completion", ...spec }: LoadModelParams, signal: AbortSignal): Promise<ModelInfo> {
    checkPriority(priority);
    return this.#models.use(spec, priority, signal, ({ model }) => this.#describe(model.info));
  }

  /**
   * Generates text; see {@link generate}. A newer request of priority `completion` cancels the older one, since
   * nobody waits for ghost text that the next keystroke has made obsolete.
   */
  async generate(
    params: GenerateParams,
    signal: AbortSignal,
    onProgress: (progress: GenerateProgress) => void = () => undefined,
  ): Promise<GenerateResult> {
    checkPriority(params.priority);
    const superseded = params.priority === "completion" ? this.#supersedeCompletion() : undefined;
    const combined = superseded ? AbortSignal.any([signal, superseded.signal]) : signal;
    try {
      return await this.#models.use(params.model, params.priority, combined, (loaded, loadMs) =>
        this.#inTurn(params.priority, combined, async (job) => {
          const generation = generate(loaded, params, job, this.memories.mixture(params));
          for (;;) {
            const next = await generation.next();
            if (next.done) return { ...next.value, timings: { ...next.value.timings, loadMs } };
            onProgress(next.value);
          }
        }),
      );
    } finally {
      if (this.#completion === superseded) this.#completion = undefined;
    }
  }

  /** Reads a prompt ahead, at the lowest priority; see {@link warm}. */
  warm(params: WarmParams, signal: AbortSignal): Promise<WarmResult> {
    return this.#models.use(params.model, "warmup", signal, (loaded) =>
      this.#inTurn("warmup", signal, (job) => warm(loaded, params, job)),
    );
  }

  /** Log-probabilities of a text; see {@link score}. */
  async score(params: ScoreParams, signal: AbortSignal): Promise<ScoreResult> {
    checkPriority(params.priority);
    return this.#models.use(params.model, params.priority, signal, (loaded) =>
      this.#inTurn(params.priority, signal, (job) => score(loaded, params, job, this.memories.mixture(params))),
    );
  }

  /** Log-probabilities of several continuations of a prompt; see {@link rank}. */
  async rank(params: RankParams, signal: AbortSignal): Promise<RankResult> {
    checkPriority(params.priority);
    return this.#models.use(params.model, params.priority, signal, (loaded) =>
      this.#inTurn(params.priority, signal, (job) => rank(loaded, params, job, this.memories.mixture(params))),
    );
  }

  /** Times a model on the CPU and on the GPU, and remembers for `device: auto` which is faster. */
  async timeDevices({ folder, dtype = "int8" }: ModelSpec): Promise<DeviceTimes> {
    const { threads, cacheFolder } = this.#loadOptions();
    const weights = await openPackedWeights(folder, dtype, cacheFolder);
    const times = await timeDevices(weights, folder, threads);
    rememberDeviceTimes(cacheFolder, weights, times);
    return times;
  }

  /** The tokens of a text; needs no weights. */
  tokenize({ model, text }: TokenizeParams): TokenizeResult {
    const tokenizer = this.#tokenizer(model.folder);
    const ids = tokenizer.encode(text);
    return {
      ids,
      pieces: ids.map((id) => tokenizer.decode([id])),
      byteLengths: ids.map((id) => tokenizer.bytesOf(id).length),
    };
  }

  /**
   * The text of tokens; needs no weights.
   * @throws LocalghostError `invalidRequest` for a token that the vocabulary does not have
   */
  detokenize({ model, ids }: DetokenizeParams): DetokenizeResult {
    const tokenizer = this.#tokenizer(model.folder);
    checkIds(ids, { name: path.basename(model.folder), vocabularySize: tokenizer.vocabularySize });
    const decoder = tokenizer.streamDecoder();
    const pieces = ids.map((id) => decoder.push(id));
    const rest = decoder.end();
    if (rest !== "") pieces.push((pieces.pop() ?? "") + rest);
    return { text: pieces.join(""), pieces };
  }

  /** Frees all models. No request may be under way. */
  dispose(): Promise<void> {
    return this.#models.dispose();
  }

  #supersedeCompletion(): AbortController {
    this.#completion?.abort(new LocalghostError("cancelled", "A newer completion request took over."));
    this.#completion = new AbortController();
    return this.#completion;
  }

  async #inTurn<T>(priority: Priority, signal: AbortSignal, work: (job: Job) => Promise<T>): Promise<T> {
    const job = this.#scheduler.start(priority, signal);
    try {
      return await work(job);
    } finally {
      job.end();
    }
  }

  /** Two devices that ask for the same weights get one file. */
  #pack({ folder, dtype = "int8" }: ModelSpec): Promise<void> {
    const key = JSON.stringify([folder, dtype]);
    let packing = this.#packing.get(key);
    if (!packing) {
      packing = packBeforeLoad(folder, dtype, this.#loadOptions().cacheFolder);
      const done = (): boolean => this.#packing.delete(key);
      packing.then(done, done);
      this.#packing.set(key, packing);
    }
    return packing;
  }

  async #loadNow(spec: ModelSpec): Promise<LoadedModel> {
    const { folder, dtype = "int8", device = "auto" } = spec;
    // Read again, since its files may have been mended.
    this.#tokenizers.delete(folder);
    const { model, config, needsTrial } = await loadModel(folder, dtype, device, {
      ...this.#loadOptions(),
      onMoved: (info) => this.#options.onModelChanged?.(this.#describe(info)),
    });
    try {
      const tokenizer = this.#tokenizer(folder);
      checkTokenizerFits(tokenizer, config.vocabularySize, folder);
      if (needsTrial) {
        // Its files may be gone by then, and no request waits for it: the model stays where it is.
        this.#tryDevices(spec, model.info).catch((error: unknown) => {
          process.stderr.write(`The devices for ${model.info.name} could not be compared: ${String(error)}\n`);
        });
      }
      const { endOfText } = config;
      return {
        model,
        tokenizer,
        sequences: new SequencePool(model, this.#idleSequences),
        drafts: new DraftPolicy(),
        draftTrial: new DraftTrial(),
        endOfText,
      };
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  #loadOptions(): { threads: number; cacheFolder: string } {
    const { threads = 0, cacheFolder = defaultCacheFolder() } = this.#options;
    return { threads: threads === 0 ? defaultThreads() : threads, cacheFolder };
  }

  /** Finds out in the background whether the GPU is faster, remembers it, and moves the model there if it is. */
  async #tryDevices(spec: ModelSpec, info: ModelInfo): Promise<void> {
    const { tryDevices, onModelChanged } = this.#options;
    if (!tryDevices) return;
    const options = this.#loadOptions();
    const { folder, dtype } = info;
    const times = await tryDevices({ folder, dtype, ...options });
    const weights = await openPackedWeights(folder, dtype, options.cacheFolder);
    rememberDeviceTimes(options.cacheFolder, weights, times);
    const { device, reason } = chooseByTimes(times);
    if (device === info.device) {
      info.deviceReason = reason;
      onModelChanged?.(this.#describe(info));
      return;
    }
    this.#models.forget(spec);
    const moved = await this.#models.use(spec, "warmup", new AbortController().signal, ({ model }) => model.info);
    onModelChanged?.(this.#describe(moved));
  }

  /** What the weights do not tell of a model, its tokenizer does. */
  #describe(info: ModelInfo): ModelInfo {
    return this.#tokenizer(info.folder).middleTokens ? { ...info, fillsInMiddle: true } : info;
  }

  #tokenizer(folder: string): Tokenizer {
    let tokenizer = this.#tokenizers.get(folder);
    if (!tokenizer) {
      tokenizer = loadTokenizer(folder);
      this.#tokenizers.set(folder, tokenizer);
    }
    return tokenizer;
  }
}

function checkPriority(priority: string): void {
  if ((PRIORITIES as readonly string[]).includes(priority)) return;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t('There is no priority "{0}": use {1}.', priority, PRIORITIES.join(", ")),
  );
}
