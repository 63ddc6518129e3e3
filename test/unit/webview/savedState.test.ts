import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { emptyApp, received } from "../../../src/webview/appState.ts";
import {
  edited,
  generate,
  generated,
  placedTokens,
  tokenArrived,
} from "../../../src/webview/complete/completeState.ts";
import { fromSaved, toSaved } from "../../../src/webview/savedState.ts";
import { tokensFor } from "./helpers.ts";

function session() {
  const typed = edited(emptyApp().complete, "Once", 4, 0, true);
  let complete = generate(typed, 1, 0).state;
  for (const token of tokensFor(" upon", " a")) {
    complete = tokenArrived(complete, { type: "token", run: 1, alternative: 0, token, text: token.text });
  }
  complete = generated(complete, {
    ...{ type: "generated", run: 1, promptTokens: 1, reusedTokens: 0, prefillMs: 0, msPerToken: 0 },
    texts: [" upon a"],
  });
  return { ...emptyApp(), complete, tab: "tasks" as const };
}

suite("the state that is kept", () => {
  test("comes back through JSON with text, tokens, alternatives and tree", () => {
    const before = session();
    const after = fromSaved(JSON.parse(JSON.stringify(toSaved(before))));
    assert.equal(after.tab, "tasks");
    assert.equal(after.complete.history.present.text, "Once upon a");
    const [token] = placedTokens(after.complete);
    assert.equal(token?.token.top?.length, 2);
    assert.ok(Math.abs((token.token.logprob ?? 0) - Math.log(0.5)) < 1e-4);
    assert.deepEqual(toSaved(after), JSON.parse(JSON.stringify(toSaved(after))));
    assert.deepEqual(
      after.complete.tree.branches.map(({ text }) => text),
      before.complete.tree.branches.map(({ text }) => text),
    );
  });

  test("what cannot be read is an empty page", () => {
    for (const value of [
      undefined,
      null,
      3,
      {},
      { ...toSaved(session()), version: 99 },
      { ...toSaved(session()), text: 1 },
    ]) {
      assert.deepEqual(fromSaved(value), emptyApp());
    }
  });

  test("controls that are out of range are the usual ones", () => {
    const saved = { ...toSaved(session()), controls: { temperature: -1 } };
    assert.deepEqual(fromSaved(saved).complete.controls, emptyApp().complete.controls);
  });
});

test("messages of runs that nobody waits for change nothing but what they name", () => {
  const state = session();
  const { complete } = received(state, { type: "failed", run: 77, message: "late" });
  assert.deepEqual(complete, state.complete);
  assert.equal(received(state, { type: "notice", message: "Saved." }).notice, "Saved.");
  assert.equal(received(state, { type: "open", prompt: "p", answer: "a" }).complete.history.present.text, "pa");
});
