import assert from "node:assert/strict";
import { test } from "node:test";
import { score } from "../../src/engine/score.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { generateAll, idsOf } from "./helpers/generation.ts";

const PROMPT = "export function add(";

test("a prompt goes on with the tokens that are given, as if it had been generated so", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const whole = await generateAll(loaded, { prompt: PROMPT, maxTokens: 12, ignoreEndOfText: true });
  const ids = idsOf(whole);
  for (const kept of [1, 5, 11]) {
    const rest = await generateAll(loaded, {
      ...{ prompt: PROMPT, promptIds: ids.slice(0, kept), maxTokens: 12 - kept, ignoreEndOfText: true },
    });
    assert.deepEqual(idsOf(rest), ids.slice(kept));
    assert.equal(rest.result.promptTokens, whole.result.promptTokens + kept);
    // All but the last token was read before.
    assert.equal(rest.result.reusedTokens, rest.result.promptTokens - 1);
  }
});

test("tokens that no text is read as are taken as they are", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const bytes = ["a", "d", "d"].flatMap((letter) => loaded.tokenizer.encode(letter));
  assert.notDeepEqual(loaded.tokenizer.encode("add"), bytes);
  const { result } = await generateAll(loaded, { prompt: "", promptIds: bytes, maxTokens: 1, ignoreEndOfText: true });
  assert.equal(result.promptTokens, bytes.length);
});

test("tokens that another model wrote are read again as the text that they were", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const wanted = await generateAll(loaded, { prompt: "export function add(", maxTokens: 4 });
  const { length } = loaded.tokenizer.encode("export function add(");
  for (const promptIds of [[1, 2, 3], [loaded.model.info.vocabularySize + 7]]) {
    const others = { prompt: "export", promptIds, promptIdsText: " function add(", maxTokens: 4 };
    const { result } = await generateAll(loaded, others);
    assert.deepEqual([result.text, result.promptTokens], [wanted.result.text, length]);
  }
  const own = loaded.tokenizer.encode("add(");
  const { result } = await generateAll(loaded, { prompt: "x", promptIds: own, promptIdsText: "add(", maxTokens: 1 });
  assert.equal(result.promptTokens, 1 + own.length, "its own are taken as they are");
  const returns = loaded.tokenizer.encode("add(\r\n");
  const shown = { prompt: "x", promptIds: returns, promptIdsText: "add(\n\n", maxTokens: 1 };
  assert.equal((await generateAll(loaded, shown)).result.promptTokens, 1 + returns.length);
});

test("several texts also go on from them", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const promptIds = loaded.tokenizer.encode(PROMPT);
  const byIds = await generateAll(loaded, { prompt: "", promptIds, maxTokens: 4, alternatives: 2 });
  const byText = await generateAll(loaded, { prompt: PROMPT, maxTokens: 4, alternatives: 2 });
  assert.deepEqual(
    byIds.result.alternatives?.map(({ text }) => text),
    byText.result.alternatives?.map(({ text }) => text),
  );
});

test("a token that the model does not have is refused", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const promptIds = [loaded.model.info.vocabularySize];
  await assert.rejects(
    generateAll(loaded, { prompt: "a", promptIds, maxTokens: 1 }),
    (error) =>
      error instanceof LocalghostError && error.kind === "invalidRequest" && error.message.includes("has no token"),
  );
});

test("with alternatives each token has its rank among all of the vocabulary", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const model = { folder: nanoFolder };
  const all = loaded.model.info.vocabularySize;
  const text = `${PROMPT}xyzzy: number)`;
  const { tokens } = await score(loaded, { model, text, logprobs: all, priority: "action" }, soleJob());
  const [first, ...scored] = tokens;
  assert.equal(first?.rank, undefined);
  for (const { rank, top = [], logprob = 0 } of scored) {
    assert.equal(rank, top.filter((choice) => choice.logprob >= logprob).length);
  }
  assert.ok(scored.some(({ rank = 0 }) => rank > 10));
  const without = await score(loaded, { model, text, priority: "action" }, soleJob());
  assert.ok(without.tokens.every((token) => !("rank" in token) && !("top" in token)));
});
