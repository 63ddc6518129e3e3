import assert from "node:assert/strict";
import { test } from "node:test";
import type { LanguageModel, Sequence } from "../../../src/engine/model/languageModel.ts";
import { IdleSequences } from "../../../src/engine/idleSequences.ts";
import { SequencePool } from "../../../src/engine/sequencePool.ts";

/** One byte a token. */
class PlainSequence implements Sequence {
  tokens: number[] = [];
  isDisposed = false;
  get byteLength(): number {
    return this.tokens.length;
  }
  rewindTo(length: number): void {
    this.tokens.length = length;
  }
  dispose(): void {
    this.isDisposed = true;
  }
}

/** All that a pool asks of a model; its sequences hold what they are told. */
function newModel(): LanguageModel {
  const info = { contextLength: 100 };
  return { info, bytesPerSequence: 100, newSequence: () => new PlainSequence() } as unknown as LanguageModel;
}

function newPool(count: number, bytes = Infinity): SequencePool {
  return new SequencePool(newModel(), new IdleSequences({ count, bytes }));
}

function acquire(pool: SequencePool, text: string): PlainSequence {
  const sequence = pool.acquire(words(text));
  assert.ok(sequence instanceof PlainSequence);
  return sequence;
}

function words(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** Uses the pool as a request does and tells how many tokens were reused. */
function use(pool: SequencePool, text: string): number {
  const sequence = acquire(pool, text);
  const reused = sequence.tokens.length;
  assert.deepEqual(sequence.tokens, words(text).slice(0, reused), "the sequence holds the beginning of the prompt");
  sequence.tokens.push(...words(text).slice(reused));
  pool.release(sequence);
  return reused;
}

interface Case {
  name: string;
  size: number;
  /** Prompts in their order, with the tokens that each finds in a cached sequence. */
  prompts: [string, number][];
}

const cases: Case[] = [
  { name: "a prompt that grows", size: 4, prompts: [["const a", 0], ["const ab", 7], ["const abc", 8]] },
  { name: "the same prompt: the last token is left to compute", size: 4, prompts: [["const a", 0], ["const a", 6]] },
  { name: "a prompt that shrinks", size: 4, prompts: [["const abc", 0], ["const", 4]] },
  { name: "an edit in the second half", size: 4, prompts: [["let value = 1", 0], ["let value + 1", 10]] },
  {
    name: "texts that share only a header are kept apart",
    size: 4,
    prompts: [["// a.ts\nimport x", 0], ["// b.ts\nimport y", 0], ["// a.ts\nimport xs", 16], ["// b.ts\nimport ys", 16]],
  },
  {
    name: "the one that shares most is taken",
    size: 4,
    prompts: [["aaaabbbb", 0], ["aaaacccccccc", 4], ["aaaaccccdddd", 8]],
  },
  {
    name: "the least recently used one makes room",
    size: 2,
    prompts: [["one one", 0], ["two two", 0], ["one one!", 7], ["six six", 0], ["one one!?", 8], ["two two!", 0]],
  },
  { name: "a pool of one", size: 1, prompts: [["one", 0], ["two", 0], ["two!", 3], ["one", 0]] },
  { name: "one token", size: 2, prompts: [["a", 0], ["a", 0], ["ab", 1]] },
]; // prettier-ignore

for (const { name, size, prompts } of cases) {
  test(`cached tokens are found again: ${name}`, () => {
    const pool = newPool(size);
    assert.deepEqual(
      prompts.map(([text]) => [text, use(pool, text)]),
      prompts,
    );
  });
}

test("a sequence in use is lent to nobody else", () => {
  const pool = newPool(2);
  use(pool, "hello world");
  const first = pool.acquire(words("hello world!"));
  const second = pool.acquire(words("hello world!"));
  assert.notEqual(first, second);
  assert.equal(second.tokens.length, 0);
});

test("a sequence for which there is no room is freed, and no other", () => {
  const pool = newPool(2);
  const sequences = ["one", "two", "six"].map((text) => {
    const sequence = acquire(pool, text);
    sequence.tokens.push(...words(text));
    return sequence;
  });
  for (const sequence of sequences) pool.release(sequence);
  assert.deepEqual(
    sequences.map(({ isDisposed }) => isDisposed),
    [true, false, false],
  );
});

test("cached sequences take no more memory than they may, but one is kept", () => {
  const pool = newPool(8, 20);
  assert.equal(use(pool, "aaaaaaaaaa"), 0);
  assert.equal(use(pool, "bbbbbbbbbb"), 0);
  assert.equal(use(pool, "aaaaaaaaaa"), 9, "20 bytes hold both");
  assert.equal(use(pool, "cccccccccc"), 0);
  assert.equal(use(pool, "aaaaaaaaaa"), 9, "the third took the place of the one not used for longest");
  assert.equal(use(pool, "bbbbbbbbbb"), 0);
  assert.equal(use(pool, "d".repeat(50)), 0);
  assert.equal(use(pool, "d".repeat(50)), 49, "one is kept whatever it takes");
});

test("the sequences of all models together take no more than they may", () => {
  const idle = new IdleSequences({ bytes: 20 });
  const [one, other] = [new SequencePool(newModel(), idle), new SequencePool(newModel(), idle)];
  use(one, "aaaaaaaaaa");
  use(other, "bbbbbbbbbb");
  assert.equal(use(one, "aaaaaaaaaa"), 9);
  use(other, "cccccccccc");
  assert.equal(idle.byteLength, 20);
  idle.limit(10);
  assert.equal(idle.byteLength, 10);
  other.dispose();
  assert.equal(idle.byteLength, 0);
});

test("a text whose tokens are held all but the last needs no reading", () => {
  const pool = newPool(2);
  use(pool, "hello world");
  assert.deepEqual(
    ["hello", "hello world", "hello world!", "hello wood"].map((text) => pool.holds(words(text))),
    [true, true, true, false],
  );
});

test("a request that shares nothing leaves cached sequences alone while there is room", () => {
  const pool = newPool(2);
  use(pool, "hello world");
  pool.release(pool.acquire([]));
  assert.equal(use(pool, "hello world"), 10);
});
