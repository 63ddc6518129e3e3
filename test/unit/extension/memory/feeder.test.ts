import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { suite, test } from "node:test";
import { Feeder, type MemoryEngine } from "../../../../src/extension/memory/feeder.ts";
import type { MemoryStatus } from "../../../../src/shared/memory.ts";

const STATUS: MemoryStatus = { files: 0, tokens: 0, bytes: 0, isFull: false };

/** An engine whose memory is a map, and that answers when it is told to. */
class MapEngine implements MemoryEngine {
  readonly files = new Map<string, string>();
  readonly batches: string[][] = [];
  edits = 0;
  /** Held until {@link answer}; undefined: answers at once. */
  held: (() => void)[] | undefined;
  error: Error | undefined;

  async update(files: { path: string; text: string }[]): Promise<MemoryStatus> {
    this.batches.push(files.map(({ path }) => path));
    const { held } = this;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (this.error) throw this.error;
    for (const { path, text } of files) this.files.set(path, text);
    return STATUS;
  }

  edit(path: string, edits: { start: number; removed: number; text: string }[], length: number) {
    this.edits++;
    let text = this.files.get(path);
    if (text === undefined) return Promise.resolve({ applied: false });
    for (const { start, removed, text: inserted } of edits) {
      text = text.slice(0, start) + inserted + text.slice(start + removed);
    }
    this.files.set(path, text);
    return Promise.resolve({ applied: text.length === length });
  }

  remove(paths: string[]): Promise<MemoryStatus> {
    for (const path of paths) this.files.delete(path);
    return Promise.resolve(STATUS);
  }

  clear(): Promise<MemoryStatus> {
    this.files.clear();
    return Promise.resolve(STATUS);
  }

  answer(): void {
    for (const resolve of this.held?.splice(0) ?? []) resolve();
  }
}

function setUp(texts: Map<string, string>): { feeder: Feeder; errors: unknown[]; reads: string[] } {
  const errors: unknown[] = [];
  const reads: string[] = [];
  const feeder = new Feeder({
    read: (path) => {
      reads.push(path);
      return Promise.resolve(texts.get(path));
    },
    onStatus: () => undefined,
    onError: (error) => errors.push(error),
  });
  return { feeder, errors, reads };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await turn();
}

suite("the feeder", () => {
  test("sends what has changed in bounded batches, one at a time", async () => {
    const texts = new Map(Array.from({ length: 300 }, (_, i) => [`f${i}.ts`, "x".repeat(i === 7 ? 250_000 : 100)]));
    const engine = new MapEngine();
    engine.held = [];
    const { feeder } = setUp(texts);
    feeder.changed(texts.keys());
    feeder.connect(engine);
    await settled();
    assert.equal(engine.batches.length, 1, "the second batch waits for the first one's answer");
    while (engine.files.size < texts.size) {
      engine.answer();
      await settled();
    }
    assert.deepEqual(engine.files, texts);
    assert.equal(engine.batches[0]?.at(-1), "f7.ts", "a large file ends its batch");
    assert.ok(engine.batches.every(({ length }) => length <= 64));
  });

  test("reads a file that changes again and again once", async () => {
    const texts = new Map([["a.ts", "one"]]);
    const { feeder, reads } = setUp(texts);
    for (let i = 0; i < 1000; i++) feeder.changed(["a.ts"]);
    const engine = new MapEngine();
    feeder.connect(engine);
    await settled();
    assert.deepEqual(reads, ["a.ts"]);
  });

  test("what changes while it is under way is sent once more", async () => {
    const texts = new Map([["a.ts", "one"]]);
    const engine = new MapEngine();
    engine.held = [];
    const { feeder } = setUp(texts);
    feeder.connect(engine);
    feeder.changed(["a.ts"]);
    await settled();
    texts.set("a.ts", "two!");
    // Its text is under way, so that the edit would be applied to another one.
    await feeder.edited("a.ts", [{ start: 0, removed: 3, text: "two!" }], 4);
    assert.equal(engine.edits, 0);
    engine.answer();
    await settled();
    engine.answer();
    await settled();
    assert.deepEqual([...engine.files], [["a.ts", "two!"]]);
  });

  test("an edit that the engine cannot apply brings the whole text", async () => {
    const texts = new Map([["a.ts", "one"]]);
    const engine = new MapEngine();
    const { feeder } = setUp(texts);
    feeder.connect(engine);
    feeder.changed(["a.ts"]);
    await settled();
    texts.set("a.ts", "onex");
    await feeder.edited("a.ts", [{ start: 3, removed: 0, text: "x" }], 4);
    assert.deepEqual([engine.edits, engine.batches.length, engine.files.get("a.ts")], [1, 1, "onex"]);
    texts.set("a.ts", "quite another");
    await feeder.edited("a.ts", [{ start: 0, removed: 0, text: "y" }], 13);
    await settled();
    assert.deepEqual([engine.batches.length, engine.files.get("a.ts")], [2, "quite another"]);
  });

  test("files that are gone, and those no longer worth it, are taken out", async () => {
    const texts = new Map([
      ["a.ts", "one"],
      ["b.ts", "two"],
    ]);
    const engine = new MapEngine();
    const { feeder } = setUp(texts);
    feeder.connect(engine);
    feeder.changed(texts.keys());
    await settled();
    feeder.removed(["a.ts"]);
    texts.delete("b.ts");
    feeder.changed(["b.ts"]);
    await settled();
    assert.equal(engine.files.size, 0);
  });

  test("another engine gets what the one before was not told, and a pause holds it back", async () => {
    const texts = new Map([["a.ts", "one"]]);
    const dying = new MapEngine();
    dying.held = [];
    dying.error = new Error("the engine stopped");
    const { feeder, errors } = setUp(texts);
    feeder.connect(dying);
    feeder.changed(["a.ts"]);
    await settled();
    const next = new MapEngine();
    feeder.connect(next);
    dying.answer();
    await settled();
    assert.deepEqual([...next.files], [["a.ts", "one"]]);
    assert.deepEqual(errors, []);
    feeder.pause(true);
    texts.set("a.ts", "two");
    feeder.changed(["a.ts"]);
    await settled();
    assert.equal(next.files.get("a.ts"), "one");
    feeder.pause(false);
    await settled();
    assert.equal(next.files.get("a.ts"), "two");
  });

  test("what was read before all was forgotten is not sent after it", async () => {
    const engine = new MapEngine();
    const reading = Promise.withResolvers<string>();
    const feeder = new Feeder({ read: () => reading.promise, onStatus: () => undefined, onError: () => undefined });
    feeder.connect(engine);
    feeder.changed(["a.ts", "b.ts"]);
    await settled();
    await feeder.clear();
    assert.equal(feeder.waiting, 0);
    feeder.changed(["b.ts", "c.ts"]);
    reading.resolve("one");
    await settled();
    assert.deepEqual([...engine.files.keys()].sort(), ["b.ts", "c.ts"], "what was asked for later is");
    assert.deepEqual(engine.batches, [["b.ts", "c.ts"]]);
  });

  test("an engine that ends while files are read is told nothing more, and the next one all of it", async () => {
    const ended = new MapEngine();
    const reading = Promise.withResolvers<string>();
    const feeder = new Feeder({ read: () => reading.promise, onStatus: () => undefined, onError: () => undefined });
    feeder.connect(ended);
    feeder.changed(["a.ts", "b.ts"]);
    await settled();
    feeder.connect(undefined);
    reading.resolve("one");
    await settled();
    assert.deepEqual([ended.batches.length, feeder.waiting], [0, 2]);
    const next = new MapEngine();
    feeder.connect(next);
    await settled();
    assert.deepEqual([ended.batches.length, next.files.size], [0, 2]);
  });
});
