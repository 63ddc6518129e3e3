/** Reading ahead: what it leaves for the next request, and who goes first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WarmParams } from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, nanoFolder, neverAborted } from "../helpers/fixtures.ts";
import { alone, newEngine, paramsFor } from "./helpers/engine.ts";

const LONG = "const numbers = [1, 2, 3]; // and so on";

function warmParams(folder: string, prompt: string, params: Partial<WarmParams> = {}): WarmParams {
  const { model, maxTokens } = paramsFor(folder);
  return { model, prompt, maxTokens, ...params };
}

test("a generation after it computes one token of the prompt, with the same result", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const { promptTokens, computedTokens } = await engine.warm(warmParams(folder, LONG), neverAborted());
  assert.equal(computedTokens, promptTokens);
  const params = paramsFor(folder, { prompt: LONG });
  const result = await engine.generate(params, neverAborted());
  assert.equal(result.promptTokens, promptTokens);
  assert.equal(result.reusedTokens, promptTokens - 1);
  assert.equal(result.text, (await alone(t, params)).text);
});

test("it sees the same tokens of a prompt that is too long, and fails where they may not be dropped", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const params = { prompt: LONG.repeat(4), overflow: "keepEnd" } as const;
  const { promptTokens } = await engine.warm(warmParams(folder, params.prompt, params), neverAborted());
  const result = await engine.generate(paramsFor(folder, params), neverAborted());
  assert.deepEqual([result.promptTokens, result.reusedTokens], [promptTokens, promptTokens - 1]);
  await assert.rejects(engine.warm(warmParams(folder, params.prompt), neverAborted()), { kind: "promptTooLong" });
  await assert.rejects(engine.warm(warmParams(folder, LONG, { maxTokens: 0 }), neverAborted()), {
    kind: "invalidRequest",
  });
});

test("a text that is held already is left as it is, with what follows it", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  await engine.warm(warmParams(folder, LONG), neverAborted());
  const beginning = warmParams(folder, LONG.slice(0, -8));
  assert.equal((await engine.warm(beginning, neverAborted())).computedTokens, 0);
  assert.equal((await engine.warm(warmParams(folder, LONG), neverAborted())).computedTokens, 0);
});

test("a completion that overtakes it goes on from where it is, and so does it after that", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  await engine.load(paramsFor(folder).model, neverAborted());
  // Both wait for a step of another request; the completion then goes first.
  const ended: string[] = [];
  let others: Promise<unknown> | undefined;
  await engine.generate(paramsFor(folder, { maxTokens: 2 }), neverAborted(), () => {
    others ??= Promise.all([
      engine.warm(warmParams(folder, LONG), neverAborted()).then((result) => {
        ended.push("warm");
        return result;
      }),
      engine
        .generate(paramsFor(folder, { prompt: LONG, maxTokens: 1, priority: "completion" }), neverAborted())
        .then(() => ended.push("completion")),
    ]).then(([warmed]) => assert.equal(warmed.computedTokens, 0));
  });
  await others;
  assert.deepEqual(ended, ["completion", "warm"]);
});

test("a completion in the middle of it goes on where it is, and nothing is read twice", async (t) => {
  const engine = newEngine(t);
  const params = paramsFor(nanoFolder, {
    prompt: Array.from({ length: 40 }, (_, i) => `const value${i} = ${i * i};\n`).join(""),
    priority: "completion",
    overflow: "keepEnd",
    maxTokens: 1,
  });
  await engine.load(params.model, neverAborted());
  const warming = engine.warm(params, neverAborted());
  await new Promise((resolve) => setImmediate(resolve));
  const { promptTokens, reusedTokens } = await engine.generate(params, neverAborted());
  const { computedTokens } = await warming;
  assert.ok(promptTokens > 200 && reusedTokens > 0);
  // The last token of the prompt is computed by both, if the one had come so far before the other.
  const total = computedTokens + promptTokens - reusedTokens;
  assert.ok(total === promptTokens || total === promptTokens + 1, `${total} tokens for a prompt of ${promptTokens}`);
});

test("a cancelled one fails as such, and takes nothing away", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const controller = new AbortController();
  await engine.warm(warmParams(folder, LONG.slice(0, 20)), neverAborted());
  const warming = engine.warm(warmParams(folder, LONG), controller.signal);
  controller.abort();
  await assert.rejects(warming, { kind: "cancelled" });
  const { promptTokens, computedTokens } = await engine.warm(warmParams(folder, LONG), neverAborted());
  assert.ok(computedTokens > 0 && computedTokens < promptTokens);
});

test("a newer completion finds what the one that it replaces has read", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const engine = newEngine(t);
  const params = paramsFor(folder, { prompt: LONG, priority: "completion" });
  let newer: Promise<unknown> | undefined;
  const older = engine.generate(params, neverAborted(), () => {
    newer ??= engine
      .generate({ ...params, prompt: `${LONG}!`, maxTokens: 1 }, neverAborted())
      .then(({ reusedTokens, promptTokens }) => assert.ok(reusedTokens >= promptTokens - 2, `only ${reusedTokens}`));
  });
  await assert.rejects(older, { kind: "cancelled" });
  await newer;
});
