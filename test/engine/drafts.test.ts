/** Drafts change how fast a text comes, and nothing of it. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { DraftPolicy } from "../../src/engine/draftPolicy.ts";
import { DraftTrial } from "../../src/engine/draftTrial.ts";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import type { Dtype, GenerateParams } from "../../src/shared/protocol.ts";
import { checkpointFolder, nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, rowsAreSame, soleJob } from "../helpers/models.ts";
import { generateAll, type Generation, idsOf } from "./helpers/generation.ts";

/** Verifies every guess, so that many are wrong and many are right. */
class EveryGuess extends DraftPolicy {
  override length(matched: number, most: number): number {
    return matched > 0 ? Math.max(0, Math.min(most, 7)) : 0;
  }
}

type Params = Partial<GenerateParams> & { prompt: string };

const CODE = `export interface Point { x: number; y: number; }

export function addX(a: Point, b: Point): number {
  return a.x + b.x;
}

export function addY(a: Point, b: Point): number {
  return a.y + b.y;
}

export function`;
const LIST = "items.push(1);\nitems.push(2);\nitems.push(3);\nitems";

async function loadEager(t: TestContext, folder: string, dtype: Dtype): Promise<LoadedModel> {
  return { ...(await loadForTest(t, folder, dtype)), drafts: new EveryGuess() };
}

/** A text without drafts and the same with them, each from a model that has seen nothing. */
async function bothWays(loaded: LoadedModel, params: Params): Promise<{ plain: Generation; drafted: Generation }> {
  const fresh = (): LoadedModel => ({ ...loaded, sequences: new SequencePool(loaded.model) });
  const plain = await generateAll(fresh(), { ...params, drafts: false });
  const drafted = await generateAll(fresh(), params);
  assert.deepEqual([plain.result.draftedTokens, plain.result.acceptedTokens], [0, 0]);
  return { plain, drafted };
}

/** To the last bit: see cpuGraph.ts. */
function assertSame({ plain, drafted }: { plain: Generation; drafted: Generation }): void {
  const shown = ({ progress }: Generation): unknown[] => progress.map(({ token, text }) => ({ token, text }));
  assert.deepEqual(shown(drafted), shown(plain));
  const { tokens, text, finishReason } = drafted.result;
  assert.deepEqual(
    { tokens, text, finishReason },
    {
      tokens: plain.result.tokens,
      text: plain.result.text,
      finishReason: plain.result.finishReason,
    },
  );
}

for (const dtype of ["fp32", "int8", "int4"] as const) {
  test(`text, log-probabilities and alternatives are those of plain greedy decoding: ${dtype}`, async (t) => {
    const loaded = await loadEager(t, nanoFolder, dtype);
    let accepted = 0;
    for (const prompt of [CODE, LIST, "Once upon a time", "a b a b a b a"]) {
      const both = await bothWays(loaded, { prompt, maxTokens: 80, logprobs: 3, ignoreEndOfText: true });
      assertSame(both);
      const { draftedTokens, acceptedTokens } = both.drafted.result;
      assert.ok(acceptedTokens <= draftedTokens && acceptedTokens < 80);
      accepted += acceptedTokens;
    }
    const least = (await rowsAreSame(loaded)) ? 20 : 0;
    assert.ok(accepted >= least, `only ${accepted} guesses were right`);
  });
}

test("a text ends where it would without drafts: maxTokens, stop strings, end of text", async (t) => {
  const loaded = await loadEager(t, nanoFolder, "fp32");
  const { result } = await generateAll(loaded, { prompt: LIST, maxTokens: 40, drafts: false, ignoreEndOfText: true });
  const stops = Array.from({ length: 12 }, (_, i) => result.text.slice(2 * i, 2 * i + 3));
  const cases: Params[] = [
    ...Array.from({ length: 12 }, (_, i) => ({ prompt: LIST, maxTokens: i + 1 })),
    ...stops.map((stop) => ({ prompt: LIST, maxTokens: 40, stop: [stop] })),
    ...[LIST, CODE].map((prompt) => ({ prompt, maxTokens: 60 })),
  ];
  for (const params of cases) assertSame(await bothWays(loaded, params));
  // Each of its tokens in turn, as if it ended a text.
  for (const { id } of result.tokens.slice(0, 20)) {
    assertSame(await bothWays({ ...loaded, endOfText: id }, { prompt: LIST, maxTokens: 40 }));
  }
});

for (const name of ["tiny-plain", "tiny-odd"]) {
  test(`the window slides where it would without drafts: ${name}`, async (t) => {
    const loaded = await loadEager(t, checkpointFolder(name), "fp32");
    for (const prompt of ["Once", "abcabcab", "xyzzy"]) {
      const both = await bothWays(loaded, { prompt, maxTokens: 150, ignoreEndOfText: true });
      assertSame(both);
      assert.ok(both.drafted.result.acceptedTokens > 50, "greedy text of random weights repeats itself");
    }
  });
}

test("the sequence that drafts leave behind serves the next request", async (t) => {
  const loaded = await loadEager(t, nanoFolder, "int8");
  const first = await generateAll(loaded, { prompt: CODE, maxTokens: 40 });
  const prompt = CODE + first.result.text;
  const next = await generateAll(loaded, { prompt, maxTokens: 20 });
  assert.ok(next.result.reusedTokens > first.result.promptTokens);
  const plain = { ...loaded, sequences: new SequencePool(loaded.model) };
  await generateAll(plain, { prompt: CODE, maxTokens: 40, drafts: false });
  assert.deepEqual(idsOf(await generateAll(plain, { prompt, maxTokens: 20, drafts: false })), idsOf(next));
});

test("fewer runs are made than tokens", async (t) => {
  const loaded = await loadEager(t, nanoFolder, "fp32");
  const { mock } = t.mock.method(loaded.model, "forward");
  const { result } = await generateAll(loaded, { prompt: LIST, maxTokens: 100, ignoreEndOfText: true });
  const trial = 6;
  const runs = mock.callCount() - trial;
  assert.ok(runs <= 1 + result.tokens.length - result.acceptedTokens, `${runs} runs`);
  assert.ok(runs < 80);
});

test("no token comes after a cancellation, though one run brought several", async (t) => {
  const loaded = await loadEager(t, nanoFolder, "fp32");
  for (let count = 1; count < 30; count++) {
    const controller = new AbortController();
    const job = new Scheduler().start("action", controller.signal);
    const seen: string[] = [];
    const params: Params = { prompt: LIST, maxTokens: 40, ignoreEndOfText: true };
    const generating = generateAll(loaded, params, job, ({ text }) => {
      if (seen.push(text) === count) controller.abort();
    });
    await assert.rejects(generating, { kind: "cancelled" });
    assert.equal(seen.length, count);
  }
});

const undraftable: [string, Partial<GenerateParams>][] = [
  ["drafts are switched off", { drafts: false }],
  ["tokens are drawn", { sampling: { temperature: 1, seed: 1 } }],
  ["repetition is penalized", { sampling: { repetitionPenalty: 1.2 } }],
];

for (const [name, params] of undraftable) {
  test(`there are no drafts when ${name}`, async (t) => {
    const loaded = await loadEager(t, nanoFolder, "fp32");
    const { result } = await generateAll(loaded, { prompt: LIST, ...params });
    assert.deepEqual([result.draftedTokens, result.acceptedTokens], [0, 0]);
  });
}

test("there are no drafts on a device that computes several tokens otherwise than one", async (t) => {
  const loaded = await loadEager(t, nanoFolder, "fp32");
  const forward = loaded.model.forward.bind(loaded.model);
  t.mock.method(loaded.model, "forward", async (...args: Parameters<typeof forward>) => {
    const logits = await forward(...args);
    return args[2].length > 1 ? logits.map((logit) => logit + 0.01) : logits;
  });
  const { result } = await generateAll(loaded, { prompt: LIST });
  assert.deepEqual([result.draftedTokens, result.acceptedTokens], [0, 0]);
});

test("a device is tried once, and not on a text that is too short", async (t) => {
  const { model } = await loadForTest(t, nanoFolder, "int8");
  const { mock } = t.mock.method(model, "forward");
  const trial = new DraftTrial();
  const ids = Array.from({ length: 44 }, (_, i) => i + 1);
  // Shorter ones would not show what the cache's blocks do.
  assert.equal(await trial.passes(model, ids.slice(0, 43), soleJob()), false);
  assert.equal(mock.callCount(), 0);
  for (let i = 0; i < 2; i++) assert.equal(await trial.passes(model, ids, soleJob()), true);
  assert.equal(mock.callCount(), 6);
});
