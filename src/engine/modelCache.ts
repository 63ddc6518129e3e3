import { LocalghostError } from "../shared/errors.ts";
import { type ModelInfo, type ModelSpec, PRIORITIES, type Priority } from "../shared/protocol.ts";
import { abortable } from "./cancellation.ts";
import type { LoadedModel } from "./generate.ts";
import type { Job, Scheduler } from "./scheduler.ts";

/** Models kept loaded: the one in use and the one used before. */
const MAX_LOADED_MODELS = 2;
/** Longer waits overflow a timer, which then fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Entry {
  loading: Promise<LoadedModel>;
  /** The most urgent of those that have asked for it. */
  priority: Priority;
  /** The load's place in line; absent before it has one, and when it has ended. */
  job?: Job;
  /** Absent until the model is loaded. */
  loaded?: LoadedModel;
  /** Requests that wait for the model or use it. */
  users: number;
  /** No later request finds it: the last user unloads it. */
  forgotten?: boolean;
  /** Runs while nobody uses the model. */
  idleTimer?: NodeJS.Timeout;
}

export interface ModelCacheEvents {
  /** A model is about to serve a request. */
  used?: (spec: ModelSpec) => void;
  /** Nobody has used a model for a time. */
  unloaded: (info: ModelInfo) => void;
  /** A model that was unloaded for that is in use again. */
  reloaded: (info: ModelInfo) => void;
}

/**
 * Loads a model when it is first asked for. Unloads the one that was not used for longest where another needs its
 * place, and all that nobody has used for a time.
 */
export class ModelCache {
  readonly #scheduler: Scheduler;
  readonly #prepare: (spec: ModelSpec) => Promise<void>;
  readonly #load: (spec: ModelSpec) => Promise<LoadedModel>;
  readonly #events: ModelCacheEvents;
  /** Most recently used last. */
  readonly #entries = new Map<string, Entry>();
  /** Keys of models that were unloaded because nobody used them. */
  readonly #unloaded = new Set<string>();
  #idleMs = 0;

  /**
   * @param prepare what a load needs first and what needs no turn: other models go on answering meanwhile
   * @param load called in turn
   */
  constructor(
    scheduler: Scheduler,
    prepare: (spec: ModelSpec) => Promise<void>,
    load: (spec: ModelSpec) => Promise<LoadedModel>,
    events: ModelCacheEvents,
  ) {
    this.#scheduler = scheduler;
    this.#prepare = prepare;
    this.#load = load;
    this.#events = events;
  }

  /** Models unloaded when nobody has used them for so long, from their next use on; 0: never. */
  unloadAfter(ms: number): void {
    this.#idleMs = ms;
  }

  /**
   * Lends a model to `action`, loading it first where needed; it stays loaded until `action` is done.
   * @param action receives the model and how many milliseconds it was waited for, 0 when it was loaded already
   * @throws LocalghostError why it cannot be loaded, or `cancelled`
   */
  async use<T>(
    spec: ModelSpec,
    priority: Priority,
    signal: AbortSignal,
    action: (loaded: LoadedModel, loadMs: number) => Promise<T> | T,
  ): Promise<T> {
    const start = performance.now();
    const entry = this.#entry(spec, priority);
    const wasLoaded = entry.loaded !== undefined;
    entry.users++;
    clearTimeout(entry.idleTimer);
    try {
      // Others may wait for the same model, so cancelling one request ends its wait and not the loading.
      const loaded = await abortable(entry.loading, signal);
      this.#events.used?.(spec);
      return await action(loaded, wasLoaded ? 0 : performance.now() - start);
    } finally {
      entry.users--;
      this.#unloadIfForgotten(entry);
      this.#startIdleTimer(keyOf(spec), entry);
    }
  }

  /** Lets the next request load a model anew; requests under way end on the one they have. */
  forget(spec: ModelSpec): void {
    const key = keyOf(spec);
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry) return;
    entry.forgotten = true;
    clearTimeout(entry.idleTimer);
    this.#unloadIfForgotten(entry);
  }

  /** Unloads all models. No request may be under way. */
  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { loading, idleTimer } of entries) {
      clearTimeout(idleTimer);
      await loading.then(unload).catch(() => undefined);
    }
  }

  #entry(spec: ModelSpec, priority: Priority): Entry {
    const key = keyOf(spec);
    let entry = this.#entries.get(key);
    if (entry) {
      this.#entries.delete(key);
      if (PRIORITIES.indexOf(priority) < PRIORITIES.indexOf(entry.priority)) entry.priority = priority;
      if (entry.job) this.#scheduler.raise(entry.job, priority);
    } else {
      entry = { loading: Promise.resolve() as never, priority, users: 0 };
      entry.loading = this.#prepareAndLoad(spec, key, entry);
      // Whoever waits for it sees the failure; when all have gone, nobody need.
      entry.loading.catch(() => undefined);
    }
    this.#entries.set(key, entry);
    return entry;
  }

  #unloadIfForgotten(entry: Entry): void {
    if (entry.forgotten && entry.users === 0 && entry.loaded) void unload(entry.loaded);
  }

  #startIdleTimer(key: string, entry: Entry): void {
    if (this.#idleMs === 0 || entry.users > 0 || entry.forgotten || !entry.loaded) return;
    clearTimeout(entry.idleTimer);
    entry.idleTimer = setTimeout(() => void this.#unloadIdle(key, entry), Math.min(this.#idleMs, LONGEST_TIMER_MS));
    // Alone it is no reason for a process to go on.
    entry.idleTimer.unref();
  }

  /** In turn, since no two things may happen on a device at once. */
  async #unloadIdle(key: string, entry: Entry): Promise<void> {
    const job = this.#scheduler.start("warmup", new AbortController().signal);
    try {
      await job.run(async () => {
        const { loaded } = entry;
        if (!loaded || entry.users > 0 || this.#entries.get(key) !== entry) return;
        this.#entries.delete(key);
        this.#unloaded.add(key);
        await unload(loaded);
        this.#events.unloaded(loaded.model.info);
      });
    } finally {
      job.end();
    }
  }

  async #prepareAndLoad(spec: ModelSpec, key: string, entry: Entry): Promise<LoadedModel> {
    try {
      await this.#prepare(spec);
      return await this.#loadInTurn(spec, key, entry);
    } catch (error) {
      // A failed load is not kept: the next request finds the mended files. It may have come already.
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    } finally {
      // Whoever it was loaded for may have gone meanwhile.
      this.#unloadIfForgotten(entry);
      this.#startIdleTimer(key, entry);
    }
  }

  async #loadInTurn(spec: ModelSpec, key: string, entry: Entry): Promise<LoadedModel> {
    const job = this.#scheduler.start(entry.priority, new AbortController().signal);
    entry.job = job;
    try {
      // Loading blocks the thread as a run does, and takes its turn like one.
      return await job.run(async () => {
        if (entry.users === 0) throw new LocalghostError("cancelled", "Nobody waits for the model any more.");
        await this.#makeRoom();
        entry.loaded = await this.#load(spec);
        if (this.#unloaded.delete(key)) this.#events.reloaded(entry.loaded.model.info);
        return entry.loaded;
      });
    } finally {
      delete entry.job;
      job.end();
    }
  }

  /** A model that a request is using, and one that still waits for its turn to load, are left alone. */
  async #makeRoom(): Promise<void> {
    const loaded = [...this.#entries].filter(([, entry]) => entry.loaded);
    const unused = loaded.filter(([, entry]) => entry.users === 0);
    for (const [key, entry] of unused.slice(0, Math.max(0, loaded.length - MAX_LOADED_MODELS + 1))) {
      this.#entries.delete(key);
      clearTimeout(entry.idleTimer);
      if (entry.loaded) await unload(entry.loaded);
    }
  }
}

async function unload({ model, sequences }: LoadedModel): Promise<void> {
  sequences.dispose();
  await model.dispose();
}

function keyOf({ folder, dtype = "int8", device = "auto" }: ModelSpec): string {
  return JSON.stringify([folder, dtype, device]);
}
