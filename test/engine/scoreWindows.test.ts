/** Scoring a part of a text after context that is only read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { score } from "../../src/engine/score.ts";
import type { ScoreParams, ScoreResult } from "../../src/shared/protocol.ts";
import { checkpointFolder } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { fails } from "./helpers/checkpoints.ts";

const folder = checkpointFolder("tiny-plain");
const TEXT = "The quick brown fox";

test("tokens after context have the scores that they have in the whole text, also after a cached sequence", async (t) => {
  const loaded = await loadForTest(t, folder, "fp32");
  const run = (params: Partial<ScoreParams>): Promise<ScoreResult> =>
    score(loaded, { model: { folder }, text: "", priority: "action", ...params }, soleJob());
  const ids = loaded.tokenizer.encode(TEXT);
  const whole = await run({ text: TEXT });
  // Longest first: what it leaves in the cache is the beginning of the next ones.
  for (const contextTokens of [0, 1, ids.length - 1, 5, 2, ids.length]) {
    for (const given of [{ text: TEXT }, { textIds: ids }]) {
      const part = await run({ ...given, contextTokens });
      const first = Math.max(1, contextTokens);
      assert.deepEqual(
        part.tokens.map(({ id }) => id),
        ids,
      );
      for (const [i, { logprob }] of part.tokens.entries()) {
        if (i < first) assert.equal(logprob, undefined);
        else assert.ok(Math.abs((logprob ?? NaN) - (whole.tokens[i]?.logprob ?? NaN)) < 1e-5);
      }
      const nats = whole.tokens.slice(first).reduce((sum, { logprob = NaN }) => sum - logprob, 0);
      assert.ok(Math.abs(part.totalNats - nats) < 1e-4);
    }
  }
});

test("tokens follow the text, and one that the model does not know is refused", async (t) => {
  const loaded = await loadForTest(t, folder, "fp32");
  const params = { model: { folder }, text: "ab", textIds: [3, 4], priority: "action" } as const;
  const { tokens } = await score(loaded, { ...params, textIds: [3, 4] }, soleJob());
  assert.deepEqual(
    tokens.slice(-2).map(({ id }) => id),
    [3, 4],
  );
  await assert.rejects(
    score(loaded, { ...params, textIds: [1e6] }, soleJob()),
    fails("invalidRequest", /no token 1000000/),
  );
});
