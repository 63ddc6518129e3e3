import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CONTROL_RANGES, inRange } from "../../../../src/shared/playgroundControls.ts";
import { checkFromPage, checkToPage, type FromPage } from "../../../../src/shared/playgroundMessages.ts";
import { usualControls } from "../../../../src/webview/complete/completeState.ts";

const generate: FromPage = {
  ...{
    type: "generate",
    run: 1,
    prompt: "Once",
    promptIds: [1, 2],
    promptIdsText: " upon a",
    controls: usualControls(),
  },
};

suite("messages of the page", () => {
  test("what the page sends passes", () => {
    for (const message of [
      generate,
      { ...generate, controls: { ...usualControls(), seed: 0, stop: ["\n"] } },
      { type: "ready" },
      { type: "takeSelection", into: "exampleInput", row: 3 },
    ]) {
      assert.deepEqual(checkFromPage(message), { message });
    }
  });

  test("what is no message of ours is refused, and the text is not told", () => {
    const secret = "the user's own words";
    for (const message of [
      undefined,
      null,
      "ready",
      { type: "run", command: secret },
      { ...generate, prompt: 3 },
      { ...generate, run: 0 },
      { ...generate, run: 1.5 },
      { ...generate, promptIds: [-1] },
      { ...generate, promptIds: secret },
      { ...generate, more: secret },
      { ...generate, controls: { ...usualControls(), temperature: Number.NaN } },
      { ...generate, controls: { ...usualControls(), maxTokens: 1e9 } },
      { ...generate, controls: { ...usualControls(), stop: [""] } },
      { type: "takeSelection", into: secret },
      { type: "saveTemplate", draft: {}, place: "workspace" },
    ]) {
      const checked = checkFromPage(message);
      assert.ok("problem" in checked, JSON.stringify(message));
      assert.ok(!checked.problem.includes(secret), checked.problem);
    }
  });

  test("a text of millions of characters is refused", () => {
    assert.ok("problem" in checkFromPage({ type: "tokenize", run: 1, text: "x".repeat(2_000_001) }));
  });
});

suite("messages to the page", () => {
  test("a token passes as it is, and one with no number in it does not", () => {
    const token = { id: 1, text: "a", logprob: -1, rank: 1, top: [{ id: 1, text: "a", logprob: -1 }] };
    const message = { type: "token", run: 1, alternative: 0, token, text: "a" };
    assert.deepEqual(checkToPage(message), { message });
    assert.ok("problem" in checkToPage({ ...message, token: { ...token, logprob: null } }));
  });

  test("the page is told no folder", () => {
    const model = { name: "n", dtype: "int8", device: "cpu", deviceReason: "", contextLength: 8 };
    assert.ok("message" in checkToPage({ type: "engine", state: "ready", model }));
    assert.ok("problem" in checkToPage({ type: "engine", state: "ready", model: { ...model, folder: "/home" } }));
  });
});

test("numbers are moved into their range, and what is no number is the usual one", () => {
  assert.equal(inRange("temperature", 99), CONTROL_RANGES.temperature.most);
  assert.equal(inRange("topK", -3), 0);
  assert.equal(inRange("topK", 3.4), 3);
  assert.equal(inRange("maxTokens", Number.NaN), CONTROL_RANGES.maxTokens.default);
});
