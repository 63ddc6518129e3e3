import * as os from "node:os";
import * as path from "node:path";
import { LocalghostError } from "../shared/errors.ts";
import {
  type GenerateParams,
  type GenerateProgress,
  type GenerateResult,
  type ModelInfo,
  type ModelSpec,
  PRIORITIES,
  type Priority,
  type ScoreParams,
  type ScoreResult,
  type TokenizeParams,
  type TokenizeResult,
} from "../shared/protocol.ts";
import { generate, type LoadedModel } from "./generate.ts";
import { defaultThreads } from "./model/cpuModel.ts";
import { loadModel } from "./model/loadModel.ts";
import { Scheduler } from "./scheduler.ts";
import { score } from "./score.ts";
import { SequencePool } from "./sequencePool.ts";
import { checkTokenizerFits, loadTokenizer } from "./tokenizer/loadTokenizer.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

export interface EngineOptions {
  /** Threads for one run; absent or 0: all physical work but one core. */
  threads?: number | undefined;
  /** Where packed weights go when a model's folder cannot be written; the user's cache folder when absent. */
  cacheFolder?: string | undefined;
}

/** Models kept loaded: the one in use and the one used before. */
const MAX_LOADED_MODELS = 2;

/** Loads models when they are first named and answers requests about them, one model run at a time. */
export class Engine {
  private options: EngineOptions;
  private readonly scheduler = new Scheduler();
  /** Most recently used last. */
  private readonly models = new Map<string, Promise<LoadedModel>>();
  private readonly tokenizers = new Map<string, Tokenizer>();
  private completion: AbortController | undefined;

  constructor(options: EngineOptions = {}) {
    this.options = options;
  }

  /** Changes the options for models that are loaded from now on. */
  configure(options: EngineOptions): void {
    this.options = { ...this.options, ...options };
  }

  /** Loads a model, or finds it loaded. */
  async load(spec: ModelSpec, signal: AbortSignal): Promise<ModelInfo> {
    const { model } = await this.loaded(spec, "action", signal);
    return model.info;
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
    const superseded = params.priority === "completion" ? this.supersedeCompletion() : undefined;
    const combined = superseded ? AbortSignal.any([signal, superseded.signal]) : signal;
    const { loaded, loadMs } = await this.loadedTimed(params.model, params.priority, combined);
    const job = this.scheduler.start(params.priority, combined);
    try {
      const generation = generate(loaded, params, job);
      for (;;) {
        const next = await generation.next();
        if (next.done) return { ...next.value, timings: { ...next.value.timings, loadMs } };
        onProgress(next.value);
      }
    } finally {
      job.end();
      if (this.completion === superseded) this.completion = undefined;
    }
  }

  /** Log-probabilities of a text; see {@link score}. */
  async score(params: ScoreParams, signal: AbortSignal): Promise<ScoreResult> {
    checkPriority(params.priority);
    const loaded = await this.loaded(params.model, params.priority, signal);
    const job = this.scheduler.start(params.priority, signal);
    try {
      return await score(loaded, params, job);
    } finally {
      job.end();
    }
  }

  /** The tokens of a text; needs no weights. */
  tokenize({ model, text }: TokenizeParams): TokenizeResult {
    const tokenizer = this.tokenizer(model.folder);
    const ids = tokenizer.encode(text);
    return { ids, pieces: ids.map((id) => tokenizer.decode([id])) };
  }

  /** Frees all models. No request may be under way. */
  async dispose(): Promise<void> {
    const models = [...this.models.values()];
    this.models.clear();
    for (const loading of models) await loading.then(({ model }) => model.dispose()).catch(() => undefined);
  }

  private supersedeCompletion(): AbortController {
    this.completion?.abort(new LocalghostError("cancelled", "A newer completion request took over."));
    this.completion = new AbortController();
    return this.completion;
  }

  private async loadedTimed(
    spec: ModelSpec,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<{ loaded: LoadedModel; loadMs: number }> {
    const wasLoaded = this.models.has(modelKey(spec));
    const start = performance.now();
    const loaded = await this.loaded(spec, priority, signal);
    return { loaded, loadMs: wasLoaded ? 0 : performance.now() - start };
  }

  private loaded(spec: ModelSpec, priority: Priority, signal: AbortSignal): Promise<LoadedModel> {
    const key = modelKey(spec);
    const known = this.models.get(key);
    if (known) {
      this.models.delete(key);
      this.models.set(key, known);
      return known;
    }
    const loading = this.loadNow(spec, priority, signal);
    this.models.set(key, loading);
    // A failed load is not kept: the next request finds the mended files.
    loading.catch(() => {
      if (this.models.get(key) === loading) this.models.delete(key);
    });
    return loading;
  }

  private async loadNow(spec: ModelSpec, priority: Priority, signal: AbortSignal): Promise<LoadedModel> {
    const job = this.scheduler.start(priority, signal);
    try {
      // Loading blocks the thread as a run does, and takes its turn like one.
      return await job.run(async () => {
        await this.unloadOldest();
        const { folder, dtype = "int8", device = "auto" } = spec;
        const { model, config } = await loadModel(folder, dtype, device, {
          threads:
            this.options.threads === undefined || this.options.threads === 0 ? defaultThreads() : this.options.threads,
          cacheFolder: this.options.cacheFolder ?? defaultCacheFolder(),
        });
        try {
          const tokenizer = this.tokenizer(folder);
          checkTokenizerFits(tokenizer, config.vocabularySize, folder);
          return { model, tokenizer, sequences: new SequencePool(model), endOfText: config.endOfText };
        } catch (error) {
          await model.dispose();
          throw error;
        }
      });
    } finally {
      job.end();
    }
  }

  /** Runs between two steps, so no run of that model is under way; requests that still hold it fail in their next. */
  private async unloadOldest(): Promise<void> {
    while (this.models.size > MAX_LOADED_MODELS) {
      const [key, oldest] = [...this.models][0] ?? [];
      if (key === undefined || oldest === undefined) return;
      this.models.delete(key);
      await oldest.then(({ model }) => model.dispose()).catch(() => undefined);
    }
  }

  private tokenizer(folder: string): Tokenizer {
    let tokenizer = this.tokenizers.get(folder);
    if (!tokenizer) {
      tokenizer = loadTokenizer(folder);
      this.tokenizers.set(folder, tokenizer);
    }
    return tokenizer;
  }
}

function modelKey({ folder, dtype = "int8", device = "auto" }: ModelSpec): string {
  return JSON.stringify([folder, dtype, device]);
}

function checkPriority(priority: string): void {
  if ((PRIORITIES as readonly string[]).includes(priority)) return;
  throw new LocalghostError("invalidRequest", `There is no priority "${priority}": use ${PRIORITIES.join(", ")}.`);
}

function defaultCacheFolder(): string {
  return path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "localghost");
}
