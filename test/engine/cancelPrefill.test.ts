import assert from "node:assert/strict";
import { test } from "node:test";
import { prefillChunk } from "../../src/engine/extendSequence.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { nanoFolder, readFixture } from "../helpers/fixtures.ts";
import { loadForTest } from "../helpers/models.ts";
import { generateAll, idsOf } from "./helpers/generation.ts";

test("prefill ends at the chunk in which it is cancelled, and its chunks serve the next request", async (t) => {
  const { runs } = readFixture<{ runs: { name: string; prompt: string; ids: number[] }[] }>("nano-greedy.json");
  const { prompt = "", ids = [] } = runs.find(({ name }) => name === "long") ?? {};
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const chunk = prefillChunk(loaded.model.info.parameters);
  assert.ok(loaded.tokenizer.encode(prompt).length > 3 * chunk);

  const controller = new AbortController();
  const lengths: number[] = [];
  // The real model, which is cancelled from outside in the middle of its second run.
  const forward = loaded.model.forward.bind(loaded.model);
  const { mock } = t.mock.method(loaded.model, "forward", (...args: Parameters<typeof forward>) => {
    lengths.push(args[1].length);
    if (lengths.length === 2) controller.abort();
    return forward(...args);
  });
  const job = new Scheduler().start("action", controller.signal);
  await assert.rejects(generateAll(loaded, { prompt }, job), { kind: "cancelled" });
  assert.deepEqual(lengths, [chunk, chunk]);
  mock.restore();

  const after = await generateAll(loaded, { prompt, maxTokens: 64, ignoreEndOfText: true });
  assert.equal(after.result.reusedTokens, 2 * chunk);
  assert.deepEqual(idsOf(after), ids);
});
