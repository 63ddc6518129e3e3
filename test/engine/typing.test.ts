/** What a day's typing costs: the prompts of the extension, on the engine with the embedded model. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import { buildPrompt, windowLength, windowStep, windowText } from "../../src/extension/completion/prompt.ts";
import type { GenerateResult } from "../../src/shared/protocol.ts";
import { nanoFolder, neverAborted } from "../helpers/fixtures.ts";
import { markedPlace } from "../unit/extension/helpers/markedPlace.ts";
import { newEngine } from "./helpers/engine.ts";

const CONTEXT = 512;
const MAX_TOKENS = 48;
/** It is the prompts that matter; these fit beside any window. */
const FEW = 3;
const WINDOW = windowLength(CONTEXT, MAX_TOKENS);
const model = { folder: nanoFolder, device: "cpu" } as const;

/** Code that goes on without repeating itself, from line `first` on. */
function codeLines(count: number, first = 0): string {
  const line = (n: number): string =>
    n % 4 === 3
      ? "}\n\n"
      : n % 4 === 0
        ? `export function total${n}(items: Item[]): number {\n`
        : `  const value${n} = items.map((item) => item.price * ${n}).filter(Boolean);\n`;
  return Array.from({ length: count }, (_, i) => line(first + i)).join("");
}

/** The prompt at an offset of a document, as the extension asks for it. */
function promptAt(text: string, offset: number, path: string, ahead = 0): string {
  const before = windowText((start, end) => text.slice(start, end), offset, WINDOW, ahead);
  return buildPrompt(markedPlace(`${before}|`, { path }));
}

/** Ghost text wherever the cursor goes, and the tokens that it cost. */
class Writer {
  readonly prompts: string[] = [];
  readonly results: GenerateResult[] = [];
  readonly #engine: Engine;

  constructor(t: TestContext) {
    this.#engine = newEngine(t);
  }

  async ask(text: string, offset = text.length, path = "src/total.ts"): Promise<GenerateResult> {
    const prompt = promptAt(text, offset, path);
    const params = { model, prompt, heal: true, maxTokens: FEW, overflow: "keepEnd", priority: "completion" } as const;
    const result = await this.#engine.generate(params, neverAborted());
    this.prompts.push(prompt);
    this.results.push(result);
    return result;
  }

  /** Lets the cursor rest, and returns how many tokens were read. */
  async warm(text: string, offset = text.length, path = "src/total.ts", ahead = 0): Promise<number> {
    const prompt = promptAt(text, offset, path, ahead);
    this.prompts.push(prompt);
    const params = { model, prompt, heal: true, maxTokens: FEW, overflow: "keepEnd" } as const;
    return (await this.#engine.warm(params, neverAborted())).computedTokens;
  }

  /** How many windows of text the prompts had: each is read once. */
  get windows(): number {
    return new Set(this.prompts.map((prompt) => prompt.slice(0, 100))).size;
  }

  /** How many requests had more to compute than what a few keystrokes leave. */
  get costly(): number {
    return this.results.filter((result) => computed(result) > 8).length;
  }

  /** The part of all prompts' tokens that was found in the cache. */
  get reuse(): number {
    const sum = (of: (result: GenerateResult) => number): number => this.results.reduce((all, one) => all + of(one), 0);
    return sum((result) => result.reusedTokens) / sum((result) => result.promptTokens);
  }
}

/** How many of a prompt's tokens had to be computed. */
const computed = ({ promptTokens, reusedTokens }: GenerateResult): number => promptTokens - reusedTokens;

test("typing 600 characters at the end of a long file computes little more than what was typed", async (t) => {
  const writer = new Writer(t);
  const text = codeLines(120);
  const typed = codeLines(20, 120).slice(0, 600);
  await writer.ask(text);
  for (let length = 1; length <= typed.length; length++) await writer.ask(text + typed.slice(0, length));

  assert.ok(writer.windows <= 1 + Math.ceil((4 * typed.length) / WINDOW), `there were ${writer.windows} windows`);
  assert.ok(writer.reuse > 0.98, `only ${writer.reuse} of the tokens were reused`);
  assert.ok(writer.costly <= writer.windows, `${writer.costly} requests for ${writer.windows} windows`);
  const longest = Math.max(...writer.results.map((result) => result.promptTokens));
  assert.ok(longest <= CONTEXT - MAX_TOKENS, `a prompt of ${longest} tokens leaves no room for what is generated`);
});

test("typing after accepting computes what was typed", async (t) => {
  const writer = new Writer(t);
  let text = codeLines(60) + codeLines(1, 60);
  for (let time = 0; time < 10; time++) {
    const before = await writer.ask(text);
    text += before.text;
    const after = await writer.ask(text);
    assert.ok(computed(after) <= 4, `${computed(after)} tokens after accepting ${JSON.stringify(before.text)}`);
    text += "x";
  }
});

test("going back and forth between two files finds both", async (t) => {
  const writer = new Writer(t);
  const files = ["src/one.ts", "src/other.ts"].map((path, i) => ({ path, text: codeLines(50, 50 * i) }));
  for (let time = 0; time < 6; time++) {
    for (const file of files) {
      for (const letter of " if") {
        file.text += letter;
        await writer.ask(file.text, file.text.length, file.path);
      }
    }
  }
  assert.ok(writer.windows <= 4, `there were ${writer.windows} windows`);
  assert.ok(writer.costly <= writer.windows, `${writer.costly} requests for ${writer.windows} windows`);
});

test("looking around further up reads each window once, and going back reads nothing", async (t) => {
  const writer = new Writer(t);
  const text = codeLines(120);
  await writer.ask(text);
  // The ends of the last functions, in several windows.
  const ends = [...text.matchAll(/\n\n/g)].map(({ index }) => index + 1).slice(-8);
  let read = 0;
  for (const offset of ends.toReversed()) if ((await writer.warm(text, offset)) > 0) read++;
  assert.ok(read < writer.windows, `${read} of ${ends.length} places were read for ${writer.windows} windows`);
  for (const offset of [...ends, text.length]) assert.equal(await writer.warm(text, offset), 0);
  assert.ok(computed(await writer.ask(`${text}e`)) <= 2);
});

test("an edit further up leaves what stands before it", async (t) => {
  const writer = new Writer(t);
  const text = codeLines(120);
  await writer.ask(text);
  const place = text.length - 150;
  const edited = `${text.slice(0, place)}x${text.slice(place)}`;
  assert.ok(computed(await writer.ask(edited, place + 1)) <= 4);
  assert.ok(computed(await writer.ask(edited)) <= 80, "what stands after it is read again");
});

test("a window that is about to move on has been read before it does", async (t) => {
  const writer = new Writer(t);
  const step = windowStep(WINDOW);
  const text = codeLines(120);
  // The last place of a window.
  const offset = WINDOW + 3 * step;
  await writer.ask(text, offset - 10);
  await writer.warm(text, offset - 10);
  assert.ok((await writer.warm(text, offset - 10, "src/total.ts", step / 2)) > 100);
  for (let further = -9; further < 10; further++) {
    const cost = computed(await writer.ask(text, offset + further));
    assert.ok(cost <= 8, `${cost} tokens ${further} characters after the window's last`);
  }
  assert.equal(writer.windows, 2);
});

test("where the cursor has rested nothing is left to read", async (t) => {
  const writer = new Writer(t);
  const text = codeLines(120);
  assert.ok((await writer.warm(text)) > 200);
  assert.equal(computed(await writer.ask(text)), 1);
  // A rest further up, in the same window, leaves the end of the text alone.
  const higher = text.length - 100;
  assert.equal(await writer.warm(text, higher), 0);
  assert.equal(await writer.warm(text), 0);
  assert.equal(computed(await writer.ask(`${text}e`)), 1);
});
