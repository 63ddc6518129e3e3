import type {
  MemoryEditParams,
  MemoryEditResult,
  MemoryParams,
  MemoryRemoveParams,
  MemoryStatus,
  MemoryUpdateParams,
  MemoryUse,
} from "../../shared/memory.ts";
import type { ModelSpec } from "../../shared/protocol.ts";
import type { Job, Scheduler } from "../scheduler.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { Memory } from "./memory.ts";
import { createMixture, type StartMixture } from "./mixture.ts";
import type { TokenIndex } from "./tokenIndex.ts";

/** A request that comes in the middle of it waits no longer for a slice of work on the memory. */
const SLICE_MS = 4;

/** The memories of an engine, one for each tokenizer: models that share one share its memory. */
export class Memories {
  readonly #scheduler: Scheduler;
  readonly #tokenizerOf: (folder: string) => Tokenizer;
  /** By the tokenizer's fingerprint. */
  readonly #memories = new Map<number, Memory>();
  /** Fingerprints are remembered, since requests ask for one at each keystroke. */
  readonly #fingerprints = new WeakMap<Tokenizer, number>();

  constructor(scheduler: Scheduler, tokenizerOf: (folder: string) => Tokenizer) {
    this.#scheduler = scheduler;
    this.#tokenizerOf = tokenizerOf;
  }

  /** Takes files in, in slices, whenever nothing else is to do. Resolves when they are in. */
  async update({ model, files, maxMegabytes }: MemoryUpdateParams, signal: AbortSignal): Promise<MemoryStatus> {
    const memory = this.#memory(model);
    if (maxMegabytes !== undefined) memory.limitTo(maxMegabytes * 1e6);
    const job = this.#scheduler.start("memory", signal);
    try {
      await inSlices(filling(memory, memory.index, files), job);
      await inSlices(cleaning(memory), job);
      return memory.status;
    } finally {
      job.end();
    }
  }

  /** At once, so that the memory is never behind the text by more than what is under way. It costs the edit. */
  edit({ model, path, edits, length }: MemoryEditParams): MemoryEditResult {
    return { applied: this.#memory(model).edit(path, edits, length) };
  }

  remove({ model, paths, renames = [] }: MemoryRemoveParams): MemoryStatus {
    const memory = this.#memory(model);
    for (const { from, to } of renames) memory.rename(from, to);
    for (const path of paths) memory.remove(path);
    return memory.status;
  }

  clear({ model }: MemoryParams): MemoryStatus {
    const memory = this.#memory(model);
    memory.clear();
    return memory.status;
  }

  status({ model }: MemoryParams): MemoryStatus {
    return this.#memory(model).status;
  }

  /** What a request gets of its model's memory; undefined where it wants nothing, or there is nothing. */
  mixture({ model, memory: use }: { model: ModelSpec; memory?: MemoryUse }): StartMixture | undefined {
    if (!use || this.#memories.size === 0) return undefined;
    const memory = this.#memories.get(this.#fingerprint(this.#tokenizerOf(model.folder)));
    return memory && memory.index.files.size > 0 ? (prompt) => createMixture(memory, use, prompt) : undefined;
  }

  #memory({ folder }: ModelSpec): Memory {
    const tokenizer = this.#tokenizerOf(folder);
    const key = this.#fingerprint(tokenizer);
    let memory = this.#memories.get(key);
    if (!memory) {
      memory = new Memory(tokenizer);
      this.#memories.set(key, memory);
    }
    return memory;
  }

  #fingerprint(tokenizer: Tokenizer): number {
    const known = this.#fingerprints.get(tokenizer) ?? tokenizer.fingerprint;
    this.#fingerprints.set(tokenizer, known);
    return known;
  }
}

/** Does work in slices, each in its turn. */
async function inSlices(work: Generator<void, void>, job: Job): Promise<void> {
  const slice = (): Promise<boolean> => {
    const end = performance.now() + SLICE_MS;
    for (;;) {
      if (work.next().done === true) return Promise.resolve(true);
      if (performance.now() >= end) return Promise.resolve(false);
    }
  };
  while (!(await job.run(slice)));
}

/** Takes files in until the memory is cleared: who does that wants the rest of them no more. */
function* filling(memory: Memory, index: TokenIndex, files: MemoryUpdateParams["files"]): Generator<void, void> {
  for (const { path, text } of files) {
    if (memory.index !== index) return;
    yield* memory.update(path, text);
  }
}

function* cleaning(memory: Memory): Generator<void, void> {
  while (memory.clean()) yield;
}
