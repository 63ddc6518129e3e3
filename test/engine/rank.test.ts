/** Candidates scored side by side: each gets the log-probability that it has alone. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { prefillChunk } from "../../src/engine/extendSequence.ts";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { FallbackModel } from "../../src/engine/model/fallbackModel.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { rank } from "../../src/engine/rank.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { type Job, Scheduler } from "../../src/engine/scheduler.ts";
import { score } from "../../src/engine/score.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import type { Dtype, RankParams, RankResult } from "../../src/shared/protocol.ts";
import { checkpointFolder, largestDifference, nanoFolder, readFixture } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { generateAll } from "./helpers/generation.ts";

const PASSAGE = "The river rose in the night, and by the morning the old bridge was gone.\nQ: What was gone?\nA:";
/** They begin alike in many ways; some are the beginning of others. */
const SPANS = [
  " the",
  " the old",
  " the old bridge",
  " the old bridge was gone",
  " the old river was gone",
  " the river",
  " The river rose in the night",
  " a morning",
  " the morning",
  " the old bridge",
  "\n",
];

type Params = Partial<RankParams> & Pick<RankParams, "prompt" | "candidates">;

function rankAll(loaded: LoadedModel, params: Params, job: Job = soleJob()): Promise<RankResult> {
  return rank(loaded, { model: { folder: loaded.model.info.folder }, priority: "action", ...params }, job);
}

function logprobsOf({ candidates }: RankResult): number[] {
  return candidates.map(({ logprob }) => logprob);
}

/** As if nothing had been read before. */
function fresh(loaded: LoadedModel): LoadedModel {
  return { ...loaded, sequences: new SequencePool(loaded.model) };
}

/** The same model as a device without trees offers it. */
function withoutTrees(loaded: LoadedModel): LoadedModel {
  const { model } = loaded;
  const plain: LanguageModel = {
    info: model.info,
    bytesPerSequence: model.bytesPerSequence,
    newSequence: () => model.newSequence(),
    mostTogether: (length) => model.mostTogether(length),
    forward: (...run) => model.forward(...run),
    dispose: () => model.dispose(),
  };
  return { ...loaded, model: plain, sequences: new SequencePool(plain) };
}

/** How many tokens each run of the model takes, prefill and trees apart. */
function recordRuns(t: TestContext, { model }: LoadedModel): { forward: number[]; trees: number[] } {
  const runs = { forward: [] as number[], trees: [] as number[] };
  const forward = model.forward.bind(model);
  t.mock.method(model, "forward", (...run: Parameters<typeof forward>) => {
    runs.forward.push(run[1].length);
    return forward(...run);
  });
  const withTrees = model as LanguageModel & Required<Pick<LanguageModel, "forwardTree">>;
  const forwardTree = withTrees.forwardTree.bind(model);
  t.mock.method(withTrees, "forwardTree", (...run: Parameters<typeof forwardTree>) => {
    runs.trees.push(run[1].tokens.length);
    return forwardTree(...run);
  });
  return runs;
}

interface Text {
  name: string;
  text: string;
  prefixIds: number[];
  ids: number[];
  sumNats: number;
  logProbabilities: (number | null)[];
}

test("a candidate's log-probability is PyTorch's of the end of a text", async (t) => {
  const { texts } = readFixture<{ texts: Text[] }>("nano-score.json");
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const { tokenizer } = loaded;
  let compared = 0;
  for (const { name, ids, prefixIds, logProbabilities } of texts.filter((text) => text.prefixIds.length === 0)) {
    const whole = ids.slice(prefixIds.length);
    for (const cut of [whole.length - 1, whole.length - 4, Math.floor(whole.length / 2)]) {
      if (cut < 1) continue;
      const [prompt, candidate] = [tokenizer.decode(whole.slice(0, cut)), tokenizer.decode(whole.slice(cut))];
      // Where a cut falls inside a character, or words would be split elsewhere, there is nothing to compare.
      const split = [...tokenizer.encode(prompt), ...tokenizer.encode(candidate)];
      if (split.join() !== whole.join()) continue;
      const expected = logProbabilities.slice(cut).reduce<number>((sum, one) => sum + (one ?? NaN), 0);
      const { candidates, promptTokens } = await rankAll(loaded, { prompt, candidates: ["!", candidate] });
      const { logprob, tokens } = candidates[1] ?? { logprob: NaN, tokens: 0 };
      assert.deepEqual([promptTokens, tokens], [cut, whole.length - cut]);
      assert.ok(
        Math.abs(logprob - expected) < 1e-4 * Math.max(1, tokens / 8),
        `${name} at ${cut}: ${logprob - expected}`,
      );
      compared++;
    }
  }
  assert.ok(compared >= 12, `${compared} were compared`);
});

test("it is what score says of prompt and candidate together", async (t) => {
  for (const folder of [nanoFolder, checkpointFolder("tiny-plain"), checkpointFolder("tiny-layer-scale")]) {
    const loaded = await loadForTest(t, folder, "fp32");
    const prompt = folder === nanoFolder ? PASSAGE : "The";
    const { candidates, promptTokens } = await rankAll(loaded, { prompt, candidates: SPANS });
    for (const [i, span] of SPANS.entries()) {
      const params = { model: { folder }, text: prompt + span, priority: "action" } as const;
      const { tokens } = await score(loaded, params, soleJob());
      const apart = [...loaded.tokenizer.encode(prompt), ...loaded.tokenizer.encode(span)];
      assert.deepEqual(
        tokens.map(({ id }) => id),
        apart,
        "the text is cut into the same tokens",
      );
      const expected = tokens.slice(promptTokens).reduce((sum, { logprob = NaN }) => sum + logprob, 0);
      const ranked = candidates[i] ?? { logprob: NaN, tokens: 0 };
      assert.equal(ranked.tokens, tokens.length - promptTokens);
      assert.ok(Math.abs(ranked.logprob - expected) < 1e-4, `${span}: ${expected}`);
    }
  }
});

/** Random texts that begin alike; their number and lengths make groups of all kinds. */
function randomCandidates(seed: number, most: number, alphabet: string): string[] {
  const random = seededRandom(seed);
  const count = 1 + Math.floor(random() * 40);
  const candidates: string[] = [];
  for (let i = 0; i < count; i++) {
    const earlier = candidates[Math.floor(random() * candidates.length * 1.5)] ?? "";
    const kept = earlier.slice(0, Math.floor(random() * earlier.length));
    const added = Array.from({ length: 1 + Math.floor(random() ** 3 * most) }, () => {
      return alphabet[Math.floor(random() * alphabet.length)] ?? "";
    });
    candidates.push((kept + added.join("")).slice(0, most));
  }
  return candidates;
}

test("together, apart, in another order or in turn, the scores are the same: fp32", async (t) => {
  const loaded = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  for (let seed = 0; seed < 25; seed++) {
    const prompt = "It is what it is".slice(0, 1 + (seed % 16));
    const candidates = randomCandidates(seed, 40, "abc ");
    const together = await rankAll(fresh(loaded), { prompt, candidates });
    const backwards = await rankAll(fresh(loaded), { prompt, candidates: candidates.toReversed() });
    const inTurn = await rankAll(withoutTrees(loaded), { prompt, candidates });
    const alone: number[] = [];
    for (const candidate of candidates) {
      alone.push(...logprobsOf(await rankAll(fresh(loaded), { prompt, candidates: [candidate] })));
    }
    for (const other of [logprobsOf(backwards).reverse(), logprobsOf(inTurn), alone]) {
      const difference = largestDifference(logprobsOf(together), other);
      assert.ok(difference < 1e-4, `seed ${seed}: ${difference}`);
    }
  }
});

// int8 rounds activations, so sums in another order may round one the other way; see cpuGraph.ts.
for (const [dtype, bound] of [
  ["fp16", 1e-4],
  ["int8", 0.02],
  ["int4", 0.02],
] as const satisfies [Dtype, number][]) {
  test(`how candidates are grouped hardly changes a score: ${dtype}`, async (t) => {
    const loaded = await loadForTest(t, nanoFolder, dtype);
    const together = await rankAll(fresh(loaded), { prompt: PASSAGE, candidates: SPANS });
    const again = await rankAll(fresh(loaded), { prompt: PASSAGE, candidates: SPANS });
    assert.deepEqual(again, together, "the same request gets the same answer");
    const inTurn = await rankAll(withoutTrees(loaded), { prompt: PASSAGE, candidates: SPANS });
    const alone: number[] = [];
    for (const candidate of SPANS) {
      alone.push(...logprobsOf(await rankAll(fresh(loaded), { prompt: PASSAGE, candidates: [candidate] })));
    }
    for (const [i, { logprob, tokens }] of together.candidates.entries()) {
      for (const other of [alone[i], logprobsOf(inTurn)[i]]) {
        const difference = Math.abs(logprob - (other ?? NaN)) / tokens;
        assert.ok(difference < bound, `${JSON.stringify(SPANS[i])}: ${difference} a token`);
      }
    }
  });
}

test("the prompt is read once, candidates run side by side, and the prompt alone stays cached", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const runs = recordRuns(t, loaded);
  const first = await rankAll(loaded, { prompt: PASSAGE, candidates: SPANS });
  assert.equal(first.reusedTokens, 0);
  assert.equal(
    runs.forward.reduce((sum, count) => sum + count, 0),
    first.promptTokens,
  );
  const distinct = new Set<string>();
  for (const span of SPANS) {
    const ids = loaded.tokenizer.encode(span);
    for (let length = 1; length < ids.length; length++) distinct.add(ids.slice(0, length).join());
  }
  assert.deepEqual(runs.trees, [distinct.size], "each shared beginning once, and no last token");

  runs.forward.length = 0;
  const second = await rankAll(loaded, { prompt: PASSAGE, candidates: [" the", " a", "\n"] });
  assert.deepEqual([second.reusedTokens, runs.forward], [second.promptTokens - 1, [1]]);
  assert.equal(runs.trees.length, 1, "single tokens need no run of their own");
  const next = await generateAll(loaded, { prompt: PASSAGE, maxTokens: 1 });
  assert.equal(next.result.reusedTokens, next.result.promptTokens - 1);
});

test("more than a run takes goes in several, and a long candidate in chunks", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const runs = recordRuns(t, loaded);
  const chunk = prefillChunk(loaded.model.info.parameters);
  const long = PASSAGE.repeat(6);
  const candidates = [
    long,
    `${long} And`,
    `${PASSAGE} something else`,
    ...Array.from({ length: 60 }, (_, i) => ` ${i} bridges over`),
  ];
  assert.ok(loaded.tokenizer.encode(long).length > 2 * chunk);
  const result = await rankAll(loaded, { prompt: "It said:", candidates });
  assert.ok(runs.trees.length > 2);
  for (const count of [...runs.forward, ...runs.trees]) assert.ok(count <= chunk, `a run took ${count} tokens`);
  for (const i of [0, 1, 2, 40]) {
    const [alone] = logprobsOf(await rankAll(loaded, { prompt: "It said:", candidates: [candidates[i] ?? ""] }));
    const { logprob, tokens } = result.candidates[i] ?? { logprob: NaN, tokens: 1 };
    assert.ok(Math.abs(logprob - (alone ?? NaN)) < 1e-5 * tokens + 1e-5, `${i}: ${logprob} and ${alone}`);
  }
});

test("an empty prompt begins after the end-of-text token, where there is one", async (t) => {
  const { texts } = readFixture<{ texts: Text[] }>("nano-score.json");
  const { text = "", sumNats = NaN } = texts.find(({ name }) => name === "after-end-of-text") ?? {};
  const nano = await loadForTest(t, nanoFolder, "fp32");
  const { candidates, promptTokens } = await rankAll(nano, { prompt: "", candidates: ["The", text] });
  assert.equal(promptTokens, 1);
  assert.ok(Math.abs((candidates[1]?.logprob ?? NaN) - sumNats) < 1e-3);
  const bare = await loadForTest(t, checkpointFolder("tiny-bare"), "fp32");
  await assert.rejects(rankAll({ ...bare, endOfText: undefined }, { prompt: "", candidates: ["a"] }), {
    kind: "invalidRequest",
    message: "The prompt is empty, and tiny-bare has no token to start from: write a word.",
  });
});

test("what does not fit is refused, or the prompt's beginning is dropped", async (t) => {
  const loaded = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const { tokenizer, model } = loaded;
  const tokensOf = (text: string): number => tokenizer.encode(text).length;
  const [prompt, candidate] = ["abcd ".repeat(10), "xyz".repeat(10)];
  const total = tokensOf(prompt) + tokensOf(candidate);
  assert.ok(total > model.info.contextLength && tokensOf(prompt) < model.info.contextLength);
  const tooLong = (tokens: number): object => ({
    kind: "promptTooLong",
    message: `The prompt and the longest candidate have ${tokens} tokens, but the model can look at 64: shorten them.`,
  });
  await assert.rejects(rankAll(loaded, { prompt, candidates: ["a", candidate] }), tooLong(total));
  const cut = await rankAll(loaded, { prompt, candidates: ["a", candidate], overflow: "keepEnd" });
  assert.ok(cut.promptTokens < tokensOf(prompt) && cut.promptTokens + tokensOf(candidate) <= 64);
  const kept = tokenizer.decode(tokenizer.encode(prompt).slice(-cut.promptTokens));
  const same = await rankAll(loaded, { prompt: kept, candidates: ["a", candidate] });
  assert.ok(largestDifference(logprobsOf(cut), logprobsOf(same)) < 1e-5);
  const whole = await rankAll(loaded, { prompt: "a", candidates: ["b".repeat(63)] });
  assert.equal(whole.candidates[0]?.tokens, 63, "a full context is not too much");
  await assert.rejects(
    rankAll(loaded, { prompt: "a", candidates: ["b".repeat(64)], overflow: "keepEnd" }),
    tooLong(65),
  );
});

test("a request without sense is refused in a sentence", async (t) => {
  const loaded = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const cases: [Partial<Params>, string][] = [
    [{ candidates: [] }, "There are no candidates to rank: name at least one."],
    [
      { candidates: new Array<string>(10_001).fill("a") },
      "There are 10001 candidates to rank, and 10000 at most are taken: leave some out.",
    ],
    [{ candidates: ["a", "", "b"] }, "Candidate 2 is empty, and nothing can be said of its probability: leave it out."],
    [{ overflow: "cut" as "fail" }, 'There is no overflow "cut": use fail, keepEnd.'],
  ];
  for (const [params, message] of cases) {
    const ranking = rankAll(loaded, { prompt: "a", candidates: ["b"], ...params });
    await assert.rejects(ranking, { kind: "invalidRequest", message });
  }
});

test("a cancellation ends it at the run under way, and leaves the cached prompt whole", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const candidates = [PASSAGE.repeat(4), ...Array.from({ length: 20 }, (_, i) => ` ${i} bridges over the river`)];
  const expected = await rankAll(fresh(loaded), { prompt: PASSAGE, candidates });
  const runs = recordRuns(t, loaded);
  await rankAll(fresh(loaded), { prompt: PASSAGE, candidates });
  const all = runs.forward.length + runs.trees.length;
  assert.ok(all > 4);
  for (const cancelAt of [1, 2, 3, all - 1]) {
    const pooled = fresh(loaded);
    const controller = new AbortController();
    const job = new Scheduler().start("action", controller.signal);
    let steps = 0;
    const run = job.run.bind(job);
    t.mock.method(job, "run", (step: () => Promise<unknown>) =>
      run(() => {
        // The first one takes a sequence from the pool.
        if (steps++ === cancelAt) controller.abort();
        return step();
      }),
    );
    await assert.rejects(rankAll(pooled, { prompt: PASSAGE, candidates }, job), { kind: "cancelled" });
    assert.equal(steps, cancelAt + 1, "no run comes after the cancellation");
    const after = await rankAll(pooled, { prompt: PASSAGE, candidates });
    assert.ok(after.reusedTokens > 0 && after.reusedTokens < after.promptTokens);
    assert.ok(largestDifference(logprobsOf(after), logprobsOf(expected)) < 1e-3);
  }
});

test("a completion goes between two runs, and changes nothing", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const candidates = Array.from({ length: 60 }, (_, i) => ` ${i} bridges over the river`);
  const expected = await rankAll(fresh(loaded), { prompt: PASSAGE, candidates });
  const runs = recordRuns(t, loaded);
  const scheduler = new Scheduler();
  const { signal } = new AbortController();
  const [action, completion] = [scheduler.start("action", signal), scheduler.start("completion", signal)];
  let runsBefore = NaN;
  const ranking = rankAll(loaded, { prompt: PASSAGE, candidates }, action).finally(() => action.end());
  const generating = generateAll(loaded, { prompt: PASSAGE, maxTokens: 4, drafts: false }, completion)
    .finally(() => completion.end())
    .finally(() => (runsBefore = runs.trees.length));
  const [ranked] = await Promise.all([ranking, generating]);
  assert.ok(runsBefore < runs.trees.length, `${runsBefore} of ${runs.trees.length} runs came first`);
  assert.ok(largestDifference(logprobsOf(ranked), logprobsOf(expected)) < 1e-4);
});

test("a device that is lost on the way is replaced, and the scores are the same", async (t) => {
  const loaded = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const params = { prompt: "Once upon", candidates: ["abc", "abd", "acdc", "xyz xyz"] };
  const expected = await rankAll(fresh(loaded), params);
  for (const lostAt of [0, 1, 2, 4]) {
    const { model } = withoutTrees(loaded);
    let runs = 0;
    const losing: LanguageModel = {
      ...model,
      dispose: () => Promise.resolve(),
      forward: (...run) => (runs++ === lostAt ? Promise.reject(new Error("Device lost")) : model.forward(...run)),
    };
    const fallback = new FallbackModel(losing, () => Promise.resolve(loaded.model));
    const result = await rankAll({ ...loaded, model: fallback, sequences: new SequencePool(fallback) }, params);
    assert.ok(largestDifference(logprobsOf(result), logprobsOf(expected)) < 1e-4);
    assert.equal(runs, lostAt + 1);
  }
});
