import type { MemoryFile, MemoryStatus, TextEdit } from "../../shared/memory.ts";
import { coalesced } from "../coalesce.ts";

/** What is sent at a time: the engine answers when it is done, so that no more than this is ever under way. */
const BATCH_CHARACTERS = 200_000;
const BATCH_FILES = 64;

/** The engine's memory, as long as there is an engine. */
export interface MemoryEngine {
  update(files: MemoryFile[]): Promise<MemoryStatus>;
  edit(path: string, edits: TextEdit[], length: number): Promise<{ applied: boolean }>;
  remove(paths: string[]): Promise<MemoryStatus>;
  clear(): Promise<MemoryStatus>;
}

export interface FeederEvents {
  /** The text of a file as it is now; undefined: it is gone, or not worth remembering. */
  read(path: string): Promise<string | undefined>;
  onStatus(status: MemoryStatus): void;
  /** The engine could not be told, for another reason than that it has ended. */
  onError(error: unknown): void;
}

/**
 * Keeps the engine's memory as the files are: notes which have changed, and sends their text a batch at a time. However
 * many change at once, a file that waits is noted once, and read when its turn comes.
 */
export class Feeder {
  readonly #events: FeederEvents;
  /** To be read and sent, in this order. */
  readonly #waiting = new Set<string>();
  readonly #removed = new Set<string>();
  /** Sent and not yet answered. */
  readonly #underWay = new Set<string>();
  readonly #work = coalesced(() => this.#sendAll());
  #engine: MemoryEngine | undefined;
  #isPaused = false;
  /** How often all was forgotten: what was read before is not sent after it. */
  #clearings = 0;

  constructor(events: FeederEvents) {
    this.#events = events;
  }

  /** Files that are to be read and to be taken in. */
  get waiting(): number {
    return this.#waiting.size + this.#underWay.size;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Goes on with another engine, whose memory is empty, or with none. */
  connect(engine: MemoryEngine | undefined): void {
    this.#engine = engine;
    void this.#work();
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) void this.#work();
  }

  /** These files are new or have another text. */
  changed(paths: Iterable<string>): void {
    for (const path of paths) {
      this.#removed.delete(path);
      this.#waiting.add(path);
    }
    void this.#work();
  }

  removed(paths: Iterable<string>): void {
    for (const path of paths) {
      this.#waiting.delete(path);
      this.#removed.add(path);
    }
    void this.#work();
  }

  /** A file was edited: cheaper than to send its whole text. */
  async edited(path: string, edits: TextEdit[], length: number): Promise<void> {
    const engine = this.#engine;
    if (!engine || this.#isPaused || this.#waiting.has(path) || this.#underWay.has(path)) {
      this.changed([path]);
      return;
    }
    try {
      const { applied } = await engine.edit(path, edits, length);
      if (!applied) this.changed([path]);
    } catch (error) {
      this.#failed(engine, [path], error);
    }
  }

  /** Forgets all files and what is known to wait. */
  async clear(): Promise<void> {
    this.#waiting.clear();
    this.#underWay.clear();
    this.#removed.clear();
    this.#clearings++;
    const engine = this.#engine;
    if (engine) this.#events.onStatus(await engine.clear());
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const engine = this.#engine;
      if (!engine || this.#isPaused) return;
      const removed = [...this.#removed];
      this.#removed.clear();
      try {
        if (removed.length > 0) this.#events.onStatus(await engine.remove(removed));
      } catch (error) {
        // With the engine its memory is gone.
        this.#failed(engine, [], error);
        return;
      }
      if (this.#waiting.size === 0) return;
      if (!(await this.#sendBatch(engine))) return;
    }
  }

  /** @returns whether to go on */
  async #sendBatch(engine: MemoryEngine): Promise<boolean> {
    const clearings = this.#clearings;
    const files = await this.#readBatch(clearings);
    const paths = files.map(({ path }) => path);
    try {
      if (clearings !== this.#clearings) return true;
      // It ended while files were read: the next one is told.
      if (engine !== this.#engine) this.changed(paths);
      else if (files.length > 0) {
        const status = await engine.update(files);
        for (const path of paths) this.#underWay.delete(path);
        this.#events.onStatus(status);
      }
      return true;
    } catch (error) {
      this.#failed(engine, paths, error);
      return false;
    } finally {
      for (const path of paths) this.#underWay.delete(path);
    }
  }

  /** The first of those that wait, unless all is forgotten meanwhile. From here on an edit asks for the whole text once more. */
  async #readBatch(clearings: number): Promise<MemoryFile[]> {
    const files: MemoryFile[] = [];
    let characters = 0;
    for (const path of this.#waiting) {
      if (files.length >= BATCH_FILES || characters >= BATCH_CHARACTERS) break;
      this.#waiting.delete(path);
      this.#underWay.add(path);
      const text = await this.#events.read(path);
      if (clearings !== this.#clearings) {
        this.#underWay.delete(path);
        break;
      }
      if (text === undefined) {
        this.#underWay.delete(path);
        this.#removed.add(path);
        continue;
      }
      files.push({ path, text });
      characters += text.length;
    }
    return files;
  }

  /** What an engine was not told waits for the next one; another failure is told, and would only come again. */
  #failed(engine: MemoryEngine, paths: readonly string[], error: unknown): void {
    if (engine !== this.#engine) this.changed(paths);
    else this.#events.onError(error);
  }
}
