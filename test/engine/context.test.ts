import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { logSumExp } from "../../src/engine/sampling/logprobs.ts";
import { score } from "../../src/engine/score.ts";
import { checkpointFolder } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { generateAll, idsOf } from "./helpers/generation.ts";

/** Context 40, and every byte is a token. */
const tinyBytes = checkpointFolder("tiny-odd");
const CONTEXT = 40;

/** A text of so many tokens of tiny-odd, of which no part repeats soon. */
function textOf(tokens: number): string {
  return Array.from({ length: tokens }, (_, i) => String.fromCharCode(33 + ((i * i + 7 * i) % 89))).join("");
}

/** The model's log-probability of a token after a window, from a sequence that has seen nothing else. */
async function freshLogprob({ model }: LoadedModel, window: readonly number[], id: number): Promise<number> {
  const logits = await model.forward(model.newSequence(), window, [window.length - 1]);
  return (logits[id] ?? NaN) - logSumExp(logits);
}

for (const name of ["tiny-plain", "tiny-odd"]) {
  test(`generation goes on past the context, as if from the newest half of it: ${name}`, async (t) => {
    const loaded = await loadForTest(t, checkpointFolder(name), "fp32");
    const { contextLength } = loaded.model.info;
    const sampling = { temperature: 5, seed: 5 };
    const generation = await generateAll(loaded, { prompt: "Once", maxTokens: 200, sampling, ignoreEndOfText: true });
    assert.equal(idsOf(generation).length, 200);
    assert.equal(generation.result.finishReason, "length");

    let window = loaded.tokenizer.encode("Once");
    let slides = 0;
    for (const [i, { id, logprob }] of generation.result.tokens.entries()) {
      const expected = await freshLogprob(loaded, window, id);
      assert.ok(Math.abs(logprob - expected) < 1e-4, `token ${i}: ${logprob} is not ${expected}`);
      if (window.length === contextLength) {
        window = window.slice(-contextLength / 2);
        slides++;
      }
      window.push(id);
    }
    assert.ok(slides >= 4, `the window slid ${slides} times`);
  });
}

test("a text longer than the context is scored through a sliding window", async (t) => {
  const loaded = await loadForTest(t, tinyBytes, "fp32");
  const text = textOf(130);
  const params = { model: { folder: tinyBytes }, text, priority: "action" as const };
  const { tokens, totalNats } = await score(loaded, params, soleJob());
  assert.equal(tokens.length, 130);
  let nats = 0;
  let window: number[] = [];
  for (const { id, logprob } of tokens) {
    if (window.length === 0) {
      assert.equal(logprob, undefined);
    } else {
      const expected = await freshLogprob(loaded, window, id);
      assert.ok(Math.abs((logprob ?? NaN) - expected) < 1e-4);
      nats -= expected;
    }
    if (window.length === CONTEXT) window = window.slice(-CONTEXT / 2);
    window.push(id);
  }
  assert.ok(Math.abs(totalNats - nats) < 1e-2);
});

test("a prompt that leaves no room to write fails, and one token less does not", async (t) => {
  const loaded = await loadForTest(t, tinyBytes, "fp32");
  for (const tokens of [CONTEXT, CONTEXT + 1, 500]) {
    await assert.rejects(generateAll(loaded, { prompt: textOf(tokens) }), {
      kind: "promptTooLong",
      message: `The prompt has ${tokens} tokens, but the model can look at 40 and must have room to write: shorten it.`,
    });
  }
  const { result } = await generateAll(loaded, { prompt: textOf(CONTEXT - 1), maxTokens: 5, ignoreEndOfText: true });
  assert.equal(result.promptTokens, CONTEXT - 1);
  assert.equal(result.tokens.length, 5);
});

for (const maxTokens of [1, 8, 200]) {
  test(`a prompt whose oldest tokens are dropped loses them in coarse steps, for ${maxTokens} tokens more`, async (t) => {
    const loaded = await loadForTest(t, tinyBytes, "fp32");
    const generateFrom = async (prompt: string): Promise<{ ids: number[]; promptTokens: number }> => {
      const generation = await generateAll(loaded, { prompt, maxTokens, overflow: "keepEnd", ignoreEndOfText: true });
      return { ids: idsOf(generation), promptTokens: generation.result.promptTokens };
    };
    const room = Math.max(CONTEXT / 2, CONTEXT - maxTokens);
    const starts: number[] = [];
    for (let tokens = 1; tokens <= 100; tokens += maxTokens === 200 ? 7 : 1) {
      const { promptTokens } = await generateFrom(textOf(tokens));
      assert.ok(promptTokens >= 1 && promptTokens <= room, `${promptTokens} tokens do not leave room`);
      assert.ok(tokens > room || promptTokens === tokens, "a prompt that fits is not cut");
      starts.push(tokens - promptTokens);
    }
    // Each step drops an eighth of the context, so that the next keystrokes find the same beginning.
    assert.ok(starts.every((start) => start % (CONTEXT / 8) === 0));
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    );
    assert.ok(new Set(starts).size <= 1 + 100 / (CONTEXT / 8));

    const { ids, promptTokens } = await generateFrom(textOf(100));
    assert.deepEqual((await generateFrom(textOf(100).slice(-promptTokens))).ids, ids, "the end of the prompt is kept");
  });
}
