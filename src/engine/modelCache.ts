import { LocalghostError } from "../shared/errors.ts";
import type { ModelSpec, Priority } from "../shared/protocol.ts";
import { abortable } from "./cancellation.ts";
import type { LoadedModel } from "./generate.ts";
import type { Scheduler } from "./scheduler.ts";

/** Models kept loaded: the one in use and the one used before. */
const MAX_LOADED_MODELS = 2;

interface Entry {
  loading: Promise<LoadedModel>;
  /** Absent until the model is loaded. */
  loaded?: LoadedModel;
  /** Requests that wait for the model or use it. */
  users: number;
  /** No later request finds it: the last user unloads it. */
  forgotten?: boolean;
}

/** Loads a model when it is first asked for, and unloads the one that was not used for longest. */
export class ModelCache {
  private readonly scheduler: Scheduler;
  private readonly load: (spec: ModelSpec) => Promise<LoadedModel>;
  /** Most recently used last. */
  private readonly entries = new Map<string, Entry>();

  constructor(scheduler: Scheduler, load: (spec: ModelSpec) => Promise<LoadedModel>) {
    this.scheduler = scheduler;
    this.load = load;
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
    const entry = this.entry(spec, priority);
    const wasLoaded = entry.loaded !== undefined;
    entry.users++;
    try {
      // Others may wait for the same model, so cancelling one request ends its wait and not the loading.
      const loaded = await abortable(entry.loading, signal);
      return await action(loaded, wasLoaded ? 0 : performance.now() - start);
    } finally {
      entry.users--;
      this.unloadIfForgotten(entry);
    }
  }

  /** Lets the next request load a model anew; requests under way end on the one they have. */
  forget(spec: ModelSpec): void {
    const key = keyOf(spec);
    const entry = this.entries.get(key);
    this.entries.delete(key);
    if (!entry) return;
    entry.forgotten = true;
    this.unloadIfForgotten(entry);
  }

  /** Unloads all models. No request may be under way. */
  async dispose(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    for (const { loading } of entries) await loading.then(({ model }) => model.dispose()).catch(() => undefined);
  }

  private entry(spec: ModelSpec, priority: Priority): Entry {
    const key = keyOf(spec);
    let entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
    } else {
      entry = { loading: Promise.resolve() as never, users: 0 };
      entry.loading = this.loadInTurn(spec, priority, key, entry);
      // Whoever waits for it sees the failure; when all have gone, nobody need.
      entry.loading.catch(() => undefined);
    }
    this.entries.set(key, entry);
    return entry;
  }

  private unloadIfForgotten(entry: Entry): void {
    if (entry.forgotten && entry.users === 0) void entry.loaded?.model.dispose();
  }

  private async loadInTurn(spec: ModelSpec, priority: Priority, key: string, entry: Entry): Promise<LoadedModel> {
    const job = this.scheduler.start(priority, new AbortController().signal);
    try {
      // Loading blocks the thread as a run does, and takes its turn like one.
      return await job.run(async () => {
        if (entry.users === 0) throw new LocalghostError("cancelled", "Nobody waits for the model any more.");
        await this.makeRoom();
        return (entry.loaded = await this.load(spec));
      });
    } catch (error) {
      // A failed load is not kept: the next request finds the mended files.
      this.entries.delete(key);
      throw error;
    } finally {
      job.end();
    }
  }

  /** A model that a request is using, and one that still waits for its turn to load, are left alone. */
  private async makeRoom(): Promise<void> {
    const loaded = [...this.entries].filter(([, entry]) => entry.loaded);
    const unused = loaded.filter(([, entry]) => entry.users === 0);
    for (const [key, entry] of unused.slice(0, Math.max(0, loaded.length - MAX_LOADED_MODELS + 1))) {
      this.entries.delete(key);
      await entry.loaded?.model.dispose();
    }
  }
}

function keyOf({ folder, dtype = "int8", device = "auto" }: ModelSpec): string {
  return JSON.stringify([folder, dtype, device]);
}
