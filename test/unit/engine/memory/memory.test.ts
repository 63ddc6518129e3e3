/** Whatever happens to files, the memory is as if it had been built from what they are now. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wallAt } from "../../../../src/engine/memory/fileText.ts";
import { LONGEST_MATCH } from "../../../../src/engine/memory/matches.ts";
import { Memories } from "../../../../src/engine/memory/memories.ts";
import { Memory } from "../../../../src/engine/memory/memory.ts";
import { Scheduler } from "../../../../src/engine/scheduler.ts";
import { finish, matchesByHand, matchesIn, streamOf, tokenizer } from "./helpers.ts";

const BOUNDS = { least: 2, most: LONGEST_MATCH };

/** Tokens of a chunk: the shorter they are, the more there is between them to go wrong. */
const FEW = 8;

/** A file of many lines that differ. */
const manyLines = (count: number, name: string): string =>
  Array.from({ length: count }, (_, i) => `export const ${name}${i} = compute(${(i * 7919) % 1000}, "${name}");`).join(
    "\n",
  );

test("text that goes away at once leaves a sound memory, also where it was nearly all of it", () => {
  const memory = new Memory(tokenizer);
  finish(memory.update("large.ts", manyLines(4000, "alpha")));
  const { characters, tokens } = memory.index.files.get("large.ts") ?? { characters: 0, tokens: 0 };
  assert.ok(tokens > 50_000);
  assert.ok(memory.edit("large.ts", [{ start: 0, removed: characters, text: "" }], 0));
  assert.equal(memory.status.tokens, 0);
  for (let i = 0; i < 60; i++) finish(memory.update(`${i}.ts`, manyLines(60, "beta")));
  for (let i = 0; i < 60; i++) memory.remove(`${i}.ts`);
  while (memory.clean());
  finish(memory.update("again.ts", manyLines(10, "gamma")));
  assert.equal(memory.status.files, 2);
});

test("what is cleared while files are taken in stays out", async () => {
  const memories = new Memories(new Scheduler(), () => tokenizer);
  const model = { folder: "/models/any" };
  const files = Array.from({ length: 20 }, (_, i) => ({ path: `${i}.ts`, text: manyLines(100, `v${i}x`) }));
  const update = memories.update({ model, files }, new AbortController().signal);
  while (memories.status({ model }).files < 2) await new Promise(setImmediate);
  memories.clear({ model });
  assert.equal((await update).files, 0);
  assert.equal((await memories.update({ model, files }, new AbortController().signal)).files, 20, "until it is filled");
});

/** Few words, so that texts repeat; white space and characters of several bytes where a tokenizer may trip. */
const word = fc.constantFrom(
  "foo",
  "bar(",
  ");",
  " ",
  "  ",
  "\n",
  "\n\n",
  "\n    ",
  "\t",
  "if (x",
  "é",
  "漢",
  "😀",
  "'s",
  "_",
  "\u00a0\n",
  "12",
);
const text = fc.array(word, { maxLength: 60, size: "max" }).map((words) => words.join(""));
const path = fc.constantFrom("a.ts", "src/b.ts", "src/c.py");

/** A part of a text's length. Whole numbers, since arbitrary doubles are nearly all near 0. */
const share = fc.integer({ min: 0, max: 1000 }).map((thousandth) => thousandth / 1000);

type Step =
  | { kind: "update"; path: string; text: string }
  | { kind: "edit"; path: string; from: number; removed: number; text: string }
  | { kind: "remove"; path: string }
  | { kind: "rename"; path: string; to: string }
  | { kind: "clean" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), path, text }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("edit" as const),
      path,
      from: share,
      removed: fc.nat(40),
      text: fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename" as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clean" as const) }) },
);

/** Does a step to the memory and to the texts that it is to hold. */
function take(memory: Memory, files: Map<string, string>, step: Step): void {
  switch (step.kind) {
    case "update":
      finish(memory.update(step.path, step.text));
      files.set(step.path, step.text);
      break;
    case "edit": {
      const old = files.get(step.path);
      if (old === undefined) break;
      const start = wholeCharacter(old, Math.round(step.from * old.length));
      const end = wholeCharacter(old, Math.min(old.length, start + step.removed));
      const next = old.slice(0, start) + step.text + old.slice(end);
      const edit = { start, removed: end - start, text: step.text };
      assert.ok(memory.edit(step.path, [edit], next.length), "an edit was not applied");
      files.set(step.path, next);
      break;
    }
    case "remove":
      assert.equal(memory.remove(step.path), files.delete(step.path));
      break;
    case "rename": {
      const old = files.get(step.path);
      assert.equal(memory.rename(step.path, step.to), old !== undefined);
      if (old === undefined || step.path === step.to) break;
      files.delete(step.path);
      files.set(step.to, old);
      break;
    }
    case "clean":
      while (memory.clean());
      break;
  }
}

/** An offset that is not between two halves of a character. */
function wholeCharacter(text: string, offset: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(offset)) ? offset - 1 : offset;
}

test("after any edits, renames and deletions the memory has the tokens and the matches of the files as they are", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: "max" }), text, share, (steps, asked, at) => {
      const memory = new Memory(tokenizer, FEW);
      const files = new Map<string, string>();
      for (const one of steps) take(memory, files, one);

      const { index } = memory;
      assert.deepEqual([...index.files.keys()].toSorted(), [...files.keys()].toSorted());
      for (const [name, file] of index.files) {
        const expected = files.get(name) ?? "";
        const tokens = tokenizer.encode(expected);
        assert.deepEqual(streamOf(index, file), tokens, `the tokens of ${name}`);
        assert.equal(file.characters, expected.length);
        // Everywhere: what an edit has left wrong, it has left near where it was.
        for (let end = 1; end <= tokens.length; end += 2) {
          const context = tokens.slice(Math.max(0, end - LONGEST_MATCH), end);
          assert.deepEqual(matchesIn(memory, context), matchesByHand(files, context, BOUNDS), `${name} at ${end}`);
        }
        const offset = Math.floor(at * expected.length);
        const position = tokenizer
          .encode(expected)
          .findIndex((_, i) => tokenizer.decode(tokens.slice(0, i + 1)).length > offset);
        const wall = wallAt(index, file, offset, tokenizer);
        if (!/^[\n-\x7f]*$/.test(expected) || position === -1) continue;
        for (let end = Math.max(1, position - 2); end < position + 12; end++) {
          const context = tokens.slice(Math.max(0, end - LONGEST_MATCH), end);
          const cursor = position > 0 ? { cursor: { path: name, position } } : {};
          assert.deepEqual(matchesIn(memory, context, wall), matchesByHand(files, context, { ...BOUNDS, ...cursor }));
        }
      }
      const context = tokenizer.encode(asked);
      assert.deepEqual(matchesIn(memory, context), matchesByHand(files, context, BOUNDS));
    }),
    { numRuns: 60, seed: 7, endOnFailure: true },
  );
});

test("cleaning gives memory back and loses nothing", () => {
  const memory = new Memory(tokenizer);
  const files = new Map<string, string>();
  for (let round = 0; round < 60; round++) {
    const body = Array.from({ length: 400 }, (_, line) => `const value${line} = ${round} + compute(${line});`).join(
      "\n",
    );
    take(memory, files, { kind: "update", path: "a.ts", text: body });
    take(memory, files, { kind: "update", path: `kept${round % 3}.ts`, text: `kept(${round});\n` });
    while (memory.clean());
  }
  const fresh = new Memory(tokenizer);
  for (const [name, body] of files) finish(fresh.update(name, body));
  const context = tokenizer.encode(files.get("a.ts")?.slice(0, 200) ?? "");
  assert.deepEqual(matchesIn(memory, context), matchesIn(fresh, context));
  assert.ok(
    memory.status.bytes <= 3 * fresh.status.bytes,
    `${memory.status.bytes} bytes for what takes ${fresh.status.bytes} when it is new`,
  );
});

test("a file that was taken out or changed while it was being taken in is left as the later request wants it", () => {
  const memory = new Memory(tokenizer);
  const long = "let a = 1;\n".repeat(400);
  const slow = memory.update("a.ts", long);
  slow.next();
  memory.remove("a.ts");
  finish(slow);
  assert.equal(memory.status.files, 0);

  const older = memory.update("b.ts", long);
  older.next();
  finish(memory.update("b.ts", "new text\n"));
  finish(older);
  assert.equal(memory.index.files.get("b.ts")?.characters, "new text\n".length);
  // And its old text is not taken for known.
  finish(memory.update("b.ts", long));
  assert.equal(memory.index.files.get("b.ts")?.characters, long.length);
});

test("an edit of an unknown file, outside of a text or of another text is refused", () => {
  const memory = new Memory(tokenizer);
  const edit = { start: 0, removed: 0, text: "x" };
  assert.equal(memory.edit("a.ts", [edit], 1), false);
  finish(memory.update("a.ts", "abc\n"));
  assert.equal(memory.edit("a.ts", [{ start: 3, removed: 2, text: "" }], 3), false);
  assert.equal(memory.edit("a.ts", [edit], 99), false);
});

test("a full memory takes no new files, and goes on with those it has", () => {
  const memory = new Memory(tokenizer);
  finish(memory.update("a.ts", "abc\n"));
  memory.limitTo(1);
  finish(memory.update("b.ts", "def\n"));
  finish(memory.update("a.ts", "abcdef\n"));
  assert.deepEqual([...memory.index.files.keys()], ["a.ts"]);
  assert.equal(memory.index.files.get("a.ts")?.characters, "abcdef\n".length);
  assert.ok(memory.status.isFull);
});

test("nothing is foretold by what stands behind the cursor itself", () => {
  const before = "function area(w: number, h: number) {\n  return ";
  const body = `${before}w * h;\n}\n`;
  const memory = new Memory(tokenizer);
  finish(memory.update("a.ts", body));
  const file = memory.index.open("a.ts");
  const context = tokenizer.encode(before.trimEnd());
  assert.equal(matchesIn(memory, context).length, 1);
  assert.deepEqual(matchesIn(memory, context, wallAt(memory.index, file, before.length - 1, tokenizer)), []);
  // Nor does a text that has become what stands behind the cursor match across it.
  const further = tokenizer.encode(`${before}w * h`);
  assert.match(matchesIn(memory, further)[0] ?? "", / 18 \d+$| \d+ 1\d \d+$/);
  const walled = matchesIn(memory, further, wallAt(memory.index, file, before.length - 1, tokenizer));
  assert.deepEqual(
    walled.map((match) => match.split(" ")[2]),
    ["3"],
  );
});
