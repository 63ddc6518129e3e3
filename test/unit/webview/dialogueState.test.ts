import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toDraft } from "../../../src/extension/playground/drafts.ts";
import { BUILTIN_TEMPLATES } from "../../../src/prompts/builtin/index.ts";
import {
  answerEdited,
  asked,
  branched,
  dialogueDone,
  dialogueEnded,
  type DialogueState,
  dialogueText,
  EMPTY_DIALOGUE,
  regenerated,
  threadChanged,
  threadOf,
  turnDropped,
} from "../../../src/webview/dialogue/dialogueState.ts";

const drafts = BUILTIN_TEMPLATES.map(toDraft);

/** Asks a question and gets an answer. */
function answered(state: DialogueState, question: string, text: string, run: number, turns = 0): DialogueState {
  const begun = asked(threadChanged(state, { question }), drafts, run);
  assert.ok(begun);
  const answer = {
    ...{ text, probability: 0.5, prompt: "", promptTokens: 1, shots: 0 },
    dropped: { examples: 0, turns, characters: 0 },
  };
  return dialogueDone(begun.state, { type: "taskDone", run, answer });
}

const twice = answered(answered(EMPTY_DIALOGUE, "Who?", "I", 1), "Why?", "So", 2);

suite("dialogue", () => {
  test("a question goes with the turns before it, as an open one or on the passage", () => {
    const open = asked(threadChanged(twice, { question: " When? " }), drafts, 3);
    assert.equal(open?.message.setup.draft.id, "dialogue");
    assert.equal(open.message.setup.input, "When?");
    assert.deepEqual(open.message.setup.dialogue, [
      { question: "Who?", answer: "I" },
      { question: "Why?", answer: "So" },
    ]);
    const onPassage = asked(threadChanged(twice, { question: "When?", passage: "Long ago." }), drafts, 3);
    assert.equal(onPassage?.message.setup.draft.id, "answer");
    assert.equal(onPassage.message.setup.input, "Long ago.");
    assert.deepEqual(onPassage.message.setup.values, { question: "When?" });
  });

  test("nothing is asked without a question", () => {
    assert.equal(asked(threadChanged(twice, { question: "  " }), drafts, 3), undefined);
  });

  test("another answer is drawn with another seed, and stands beside the first", () => {
    const again = regenerated(twice, drafts, 0, 3);
    assert.ok(again);
    assert.equal(again.message.setup.seed, 1);
    assert.deepEqual(again.message.setup.dialogue, []);
    assert.equal(regenerated(again.state, drafts, 0, 4), undefined, "one at a time");
    const grown = dialogueText(again.state, { type: "taskText", run: 3, text: "We" });
    const [turn] = threadOf(grown).turns;
    assert.deepEqual(
      turn?.answers.map(({ text }) => text),
      ["I", "We"],
    );
    assert.equal(turn.shown, 1);
    const stopped = dialogueEnded(grown, 3, undefined);
    assert.equal(threadOf(stopped).turns[0]?.run, undefined);
  });

  test("an answer of which nothing came is none", () => {
    const begun = asked(threadChanged(EMPTY_DIALOGUE, { question: "Who?" }), drafts, 1);
    assert.ok(begun);
    const failed = dialogueEnded(begun.state, 1, "There is no model.");
    assert.deepEqual(threadOf(failed).turns[0]?.answers, []);
    const retried = regenerated(failed, drafts, 0, 2);
    assert.equal(retried?.message.setup.seed, undefined, "the likeliest, as at first");
    const again = regenerated(twice, drafts, 0, 3);
    assert.ok(again);
    const [turn] = threadOf(dialogueEnded(again.state, 3, "Stopped.")).turns;
    assert.deepEqual([turn?.answers.map(({ text }) => text), turn?.shown], [["I"], 0]);
  });

  test("an edited answer is what later questions see, and has no probability of the model's", () => {
    const edited = answerEdited(twice, 0, "You");
    const [turn] = threadOf(edited).turns;
    assert.deepEqual(turn?.answers, [{ text: "You" }]);
    const next = asked(threadChanged(edited, { question: "And?" }), drafts, 3);
    assert.deepEqual(next?.message.setup.dialogue[0], { question: "Who?", answer: "You" });
  });

  test("a branch is a conversation of its own", () => {
    const branch = branched(twice, 0);
    assert.equal(branch.threads.length, 2);
    assert.equal(threadOf(branch).turns.length, 1);
    const more = answered(branch, "Else?", "No", 3);
    assert.equal(more.threads[0]?.turns.length, 2);
    assert.equal(threadOf(more).turns.length, 2);
    assert.equal(turnDropped(more, 0).threads[1]?.turns.length, 1);
  });

  test("turns that the prompt had no room for are told", () => {
    assert.equal(threadOf(answered(twice, "Then?", "No", 3, 1)).droppedTurns, 1);
  });
});
