/** The engine as a whole: what one request leaves behind for the next, who goes first, and who is cancelled. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GenerateParams, GenerateResult } from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, neverAborted } from "../helpers/fixtures.ts";
import { alone, newEngine, paramsFor, PROMPT } from "./helpers/engine.ts";

test("a request that extends an earlier one computes the new tokens only, with the same result", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const first = await engine.generate(paramsFor(folder), neverAborted());
  assert.equal(first.reusedTokens, 0);
  assert.ok(first.timings.loadMs > 0);

  for (const prompt of [`${PROMPT} over`, `${PROMPT} over the`, PROMPT, "The quick brown cat"]) {
    const params = paramsFor(folder, { prompt });
    const result = await engine.generate(params, neverAborted());
    assert.ok(result.reusedTokens >= first.promptTokens / 2 && result.reusedTokens < result.promptTokens);
    assert.equal(result.timings.loadMs, 0);
    const fresh = await alone(t, params);
    assert.equal(result.text, fresh.text);
    assert.deepEqual(
      result.tokens.map(({ id }) => id),
      fresh.tokens.map(({ id }) => id),
    );
  }
});

test("going back and forth between texts that begin alike finds each one's tokens again", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const prompts = ["a", "b", "c", "d"].map((file) => `// ${file}.ts\nconst ${file.repeat(20)}`);
  for (const prompt of prompts) await engine.generate(paramsFor(folder, { prompt, maxTokens: 4 }), neverAborted());
  for (const prompt of prompts) {
    const result = await engine.generate(paramsFor(folder, { prompt, maxTokens: 4 }), neverAborted());
    assert.equal(result.reusedTokens, result.promptTokens - 1);
  }
});

for (const priority of ["action", "completion"] as const) {
  test(`a cancelled ${priority} fails as such, and leaves the engine as good as new`, async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-plain"));
    const engine = newEngine(t);
    const controller = new AbortController();
    let count = 0;
    const running = engine.generate(paramsFor(folder, { priority }), controller.signal, () => {
      if (++count === 5) controller.abort();
    });
    await assert.rejects(running, { kind: "cancelled", message: "The request was cancelled." });
    assert.equal(count, 5, "no token comes after the cancellation");

    for (const prompt of [PROMPT, `${PROMPT} over`]) {
      const params = paramsFor(folder, { prompt, priority });
      const result = await engine.generate(params, neverAborted());
      assert.ok(result.reusedTokens > 0);
      assert.equal(result.text, (await alone(t, params)).text);
    }
    await assert.rejects(engine.generate(paramsFor(folder), AbortSignal.abort()), { kind: "cancelled" });
  });
}

test("a newer completion takes over from the older ones, also while the model loads", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const ask = (prompt: string): Promise<GenerateResult> =>
    engine.generate(paramsFor(folder, { prompt, priority: "completion" }), neverAborted());
  for (let round = 0; round < 2; round++) {
    const [first, second, third] = await Promise.allSettled([ask("a"), ask("ab"), ask("abc")]);
    for (const older of [first, second]) {
      assert.equal(older.status, "rejected");
      assert.equal((older.reason as Error).message, "A newer completion request took over.");
    }
    assert.equal(third.status, "fulfilled");
  }
});

test("a completion overtakes an action under way, which then ends with the text it has alone", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const params = paramsFor(folder, { maxTokens: 40 });
  const events: string[] = [];
  let completion: Promise<void> | undefined;
  const action = await engine.generate(params, neverAborted(), () => {
    events.push("action");
    if (events.length !== 3) return;
    const urgent = paramsFor(folder, { prompt: "x = ", maxTokens: 8, priority: "completion" });
    completion = engine
      .generate(urgent, neverAborted(), () => events.push("completion"))
      .then(() => void events.push("done"));
  });
  await completion;
  const done = events.indexOf("done");
  assert.ok(done !== -1 && events.lastIndexOf("action") > done, "the completion ended first");
  // The step that ran when it arrived was the last before it.
  assert.ok(events.slice(0, done).filter((event) => event === "action").length <= 4, events.join(" "));
  assert.equal(action.text, (await alone(t, params)).text);
});

test("an action does not overtake an action, nor warming up anything", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  await engine.load({ folder, dtype: "fp32", device: "cpu" }, neverAborted());
  const ended: string[] = [];
  const ask = (name: string, priority: GenerateParams["priority"]): Promise<number> =>
    engine.generate(paramsFor(folder, { priority }), neverAborted()).then(() => ended.push(name));
  await Promise.all([ask("warmup", "warmup"), ask("first", "action"), ask("second", "action")]);
  assert.deepEqual(ended, ["first", "second", "warmup"]);
});

const wrong: [Partial<GenerateParams>, string, RegExp][] = [
  [
    { priority: "urgent" as "action" },
    "invalidRequest",
    /^There is no priority "urgent": use completion, action, back/,
  ],
  [{ model: { folder: "/nowhere" } }, "modelNotFound", /^There is no model in .*: its config\.json cannot be read\.$/],
];

test("a request that cannot be served fails with one sentence", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const cases: typeof wrong = [
    ...wrong,
    [
      { model: { folder, dtype: "int5" as "int8", device: "cpu" } },
      "invalidRequest",
      /^There is no dtype "int5": use int8, int4, fp1/,
    ],
    [{ model: { folder, device: "tpu" as "cpu" } }, "invalidRequest", /^There is no device "tpu": use auto, cpu, /],
  ];
  const engine = newEngine(t);
  for (const [params, kind, message] of cases) {
    await assert.rejects(engine.generate(paramsFor(folder, params), neverAborted()), { kind, message });
  }
  assert.equal((await engine.generate(paramsFor(folder), neverAborted())).tokens.length, 20);
});
