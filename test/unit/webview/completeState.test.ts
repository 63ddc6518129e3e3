import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ToPage } from "../../../src/shared/playgroundMessages.ts";
import {
  branch,
  type CompleteState,
  edited,
  emptyComplete,
  ended,
  generate,
  generated,
  lastGenerated,
  opened,
  placedTokens,
  redone,
  regenerate,
  tokenArrived,
  undone,
  walked,
  withoutGeneration,
} from "../../../src/webview/complete/completeState.ts";
import { isScored, score, scoredTokensArrived } from "../../../src/webview/complete/scoring.ts";
import { treeRows } from "../../../src/webview/complete/branchTree.ts";
import { tokensFor } from "./helpers.ts";

const textOf = (state: CompleteState) => state.history.present.text;
const typed = (text: string) => edited(emptyComplete(), text, text.length, 0, true);

/** The tokens of one text arrive, and it ends. */
function answered(state: CompleteState, run: number, texts: readonly string[][]): CompleteState {
  let next = state;
  for (const [alternative, pieces] of texts.entries()) {
    for (const token of tokensFor(...pieces)) {
      next = tokenArrived(next, { type: "token", run, alternative, token, text: token.text });
    }
  }
  const end: Extract<ToPage, { type: "generated" }> = {
    ...{ type: "generated", run, promptTokens: 2, reusedTokens: 0, prefillMs: 1, msPerToken: 1 },
    texts: texts.map((pieces) => pieces.join("")),
  };
  return generated(next, end);
}

function written(): CompleteState {
  const { state, message } = generate(typed("Once"), 1, 0);
  assert.equal(message.prompt, "Once");
  return answered(state, 1, [[" upon", " a", " time"]]);
}

suite("completing a text", () => {
  test("tokens stream into the text, and are known as generated", () => {
    const state = written();
    assert.equal(textOf(state), "Once upon a time");
    assert.deepEqual(
      placedTokens(state).map(({ token, isGenerated }) => [token.text, isGenerated]),
      [
        [" upon", true],
        [" a", true],
        [" time", true],
      ],
    );
  });

  test("continuing sends the very tokens that were generated", () => {
    const { message } = generate(written(), 2, 0);
    assert.deepEqual([message.prompt, message.promptIds], ["Once", [1, 2, 3]]);
    assert.equal(message.promptIdsText, " upon a time", "should another model be asked");
  });

  test("a text that was edited in the middle is a prompt of its own", () => {
    const text = "Once upon a different time";
    const { message } = generate(edited(written(), text, 5, 0, true), 2, 0);
    assert.deepEqual([message.prompt, message.promptIds], [text, []]);
  });

  test("an edit keeps the tokens before it", () => {
    const text = "Once upon a different time";
    assert.equal(placedTokens(edited(written(), text, 5, 0, true)).length, 2);
  });

  test("undoing a generation takes it out, and undo brings it back", () => {
    const without = withoutGeneration(written());
    assert.equal(textOf(without), "Once");
    assert.equal(textOf(undone(without)), "Once upon a time");
    assert.equal(textOf(redone(undone(without))), "Once");
  });

  test("undo and redo walk over generations and typing", () => {
    const state = written();
    assert.equal(textOf(undone(state)), "Once");
    assert.equal(textOf(undone(undone(state))), "");
    assert.equal(textOf(redone(undone(state))), "Once upon a time");
  });

  test("regenerating begins from the same prompt, as a sibling", () => {
    const again = regenerate(written(), 2, 0);
    assert.ok(again);
    assert.deepEqual([again.message.prompt, again.message.promptIds], ["Once", []]);
    const state = answered(again.state, 2, [[" there"]]);
    assert.equal(textOf(state), "Once there");
    assert.deepEqual(
      treeRows(state.tree).map(({ depth, branch: { text } }) => [depth, text]),
      [
        [0, "Once"],
        [1, " upon a time"],
        [1, " there"],
      ],
    );
  });

  test("a branch keeps the tokens before it and begins with the one that was chosen", () => {
    const state = written();
    const choice = { id: 101, text: " an", logprob: -2 };
    const started = branch(state, 1, choice, 2, 0);
    assert.ok(started);
    assert.deepEqual([started.message.prompt, started.message.promptIds], ["Once", [1, 101]]);
    assert.equal(started.message.promptIdsText, " upon an");
    const after = answered(started.state, 2, [[" old", " tale"]]);
    assert.equal(textOf(after), "Once upon an old tale");
    assert.deepEqual(
      placedTokens(after).map(({ token }) => token.text),
      [" upon", " an", " old", " tale"],
    );
    // Another text after the same choice.
    const again = regenerate(after, 3, 0);
    assert.deepEqual(again?.message.promptIds, [1, 101]);
    assert.equal(again.message.promptIdsText, " upon an");
    assert.equal(textOf(walked(after, state.history.present.branch ?? 0)), "Once upon a time");
  });

  test("a part of a character cannot be branched to", () => {
    assert.equal(branch(written(), 1, { id: 9, text: "\uFFFD", logprob: -1 }, 2, 0), undefined);
  });

  test("several texts are branches side by side, and equal ones are one", () => {
    const typedOnce = typed("Once");
    const several = { ...typedOnce, controls: { ...typedOnce.controls, alternatives: 3 } };
    const { state } = generate(several, 1, 0);
    let next = state;
    for (const alternative of [0, 1, 2]) {
      const [token] = tokensFor(` ${alternative}`);
      assert.ok(token);
      next = tokenArrived(next, { type: "token", run: 1, alternative, token, text: token.text });
    }
    next = generated(next, {
      ...{ type: "generated", run: 1, promptTokens: 1, reusedTokens: 0, prefillMs: 0, msPerToken: 0 },
      texts: [" 0", null, " 2"],
    });
    assert.equal(next.shown.length, 2);
    assert.equal(textOf(next), "Once 0");
    assert.equal(textOf(walked(next, next.shown[1] ?? 0)), "Once 2");
  });

  test("what was stopped before it began leaves no trace", () => {
    const { state } = generate(typed("Once"), 1, 0);
    const stopped = ended(state, 1, undefined);
    assert.equal(textOf(stopped), "Once");
    assert.equal(lastGenerated(stopped), undefined);
    assert.equal(stopped.generation, undefined);
    assert.equal(textOf(undone(stopped)), "");
  });

  test("what was stopped on its way stays, and late tokens are dropped", () => {
    const { state } = generate(typed("Once"), 1, 0);
    const [token] = tokensFor(" upon");
    assert.ok(token);
    const stopped = ended(
      tokenArrived(state, { type: "token", run: 1, alternative: 0, token, text: token.text }),
      1,
      undefined,
    );
    assert.equal(textOf(stopped), "Once upon");
    const late = tokenArrived(stopped, { type: "token", run: 1, alternative: 0, token, text: token.text });
    assert.equal(textOf(late), "Once upon");
  });

  test("a failure is told, and the text is as before", () => {
    const { state } = generate(typed("Once"), 1, 0);
    const failed = ended(state, 1, "The engine stopped.");
    assert.equal(failed.problem, "The engine stopped.");
    assert.equal(textOf(failed), "Once");
  });

  test("a stop string that cuts a token makes the text, not the tokens, the next prompt", () => {
    const { state } = generate(typed("Once"), 1, 0);
    let next = state;
    for (const token of tokensFor(" upon", " a.")) {
      next = tokenArrived(next, { type: "token", run: 1, alternative: 0, token, text: token.text });
    }
    next = generated(next, {
      ...{ type: "generated", run: 1, promptTokens: 1, reusedTokens: 0, prefillMs: 0, msPerToken: 0 },
      texts: [" upon a"],
    });
    assert.equal(textOf(next), "Once upon a");
    const { message } = generate(next, 2, 0);
    assert.deepEqual([message.prompt, message.promptIds], ["Once upon a", []]);
  });
});

suite("scoring a text", () => {
  test("the prompt of a generation is scored, and its tokens are all known then", () => {
    const started = score(written(), 2);
    assert.ok(started);
    assert.equal(started.message.text, "Once");
    const state = scoredTokensArrived(started.state, {
      type: "scoredTokens",
      run: 2,
      tokens: [{ id: 7, text: "Once" }],
    });
    const done = ended(state, 2, undefined);
    assert.ok(isScored(done));
    assert.equal(placedTokens(done).length, 4);
    assert.equal(score(done, 3), undefined);
    // A branch inside of the prompt needs no text any more.
    const started2 = branch(done, 0, { id: 50, text: "Twice", logprob: -3 }, 3, 0);
    assert.deepEqual([started2?.message.prompt, started2?.message.promptIds], ["", [50]]);
  });

  test("an opened result is scored as a whole, and once", () => {
    const started = score(opened(emptyComplete(), "Once", " upon a time"), 3);
    assert.equal(started?.message.text, "Once upon a time");
    const tokens = ["Once", " upon", " a", " time"].map((text, id) => ({ id, text, ...(id > 0 && { logprob: -1 }) }));
    const arrived = scoredTokensArrived(started.state, { type: "scoredTokens", run: 3, tokens });
    const done = ended(arrived, 3, undefined);
    assert.ok(isScored(done));
    assert.equal(score(done, 4), undefined);
  });

  test("a text whose prompt was cut before it was written keeps what was generated", () => {
    const cut = edited(written(), "On", 2, 0, false);
    const started = generate(cut, 2, 0);
    const state = answered(started.state, 2, [["ly", " now"]]);
    const scored = score(state, 3, true);
    assert.ok(scored);
    assert.equal(lastGenerated(scored.state), lastGenerated(state));
    assert.deepEqual(placedTokens(scored.state), placedTokens(state));
    const result = opened(emptyComplete(), "Once", " upon a time");
    assert.equal(score(result, 3, true), undefined, "nobody has asked for it");
  });

  test("who looks at a token goes on looking at it when those of the prompt come", () => {
    const state = { ...written(), pointed: 1, hovered: 2 };
    const started = score(state, 3, true);
    assert.ok(started);
    const tokens = [{ id: 9, text: "Once" }];
    const { pointed, hovered } = scoredTokensArrived(started.state, { type: "scoredTokens", run: 3, tokens });
    assert.deepEqual([pointed, hovered], [2, 3]);
  });

  test("what was not asked for fails without a word", () => {
    for (const [isQuiet, problem] of [
      [true, undefined],
      [false, "The server does not tell."],
    ] as const) {
      const started = score(written(), 3, isQuiet);
      assert.ok(started);
      assert.equal(ended(started.state, 3, "The server does not tell.").problem, problem);
    }
  });

  test("a text that was only typed is scored as a whole", () => {
    const started = score(typed("Once upon"), 1);
    assert.equal(started?.message.text, "Once upon");
  });

  test("an empty text is not", () => {
    assert.equal(score(emptyComplete(), 1), undefined);
  });
});

test("an opened prompt and its answer are two steps of the tree", () => {
  const state = opened(emptyComplete(), "A long text.\nTL;DR:", " Short.");
  assert.equal(textOf(state), "A long text.\nTL;DR: Short.");
  assert.equal(textOf(withoutGeneration(state)), "A long text.\nTL;DR:");
});
