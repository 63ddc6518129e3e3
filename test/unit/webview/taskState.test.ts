import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { toDraft } from "../../../src/extension/playground/drafts.ts";
import { BUILTIN_TEMPLATES } from "../../../src/prompts/builtin/index.ts";
import {
  compared,
  draftChanged,
  EMPTY_TASKS,
  exampleAdded,
  exampleChanged,
  exampleDropped,
  exampleMoved,
  picked,
  previewed,
  shotsToCompare,
  taskDone,
  taskEnded,
  type TasksState,
  taskText,
  templatesArrived,
  usableExamples,
} from "../../../src/webview/tasks/taskState.ts";

const templates = BUILTIN_TEMPLATES.map((template) => ({
  draft: toDraft(template),
  description: "",
  origin: "builtIn" as const,
}));
const start = templatesArrived(EMPTY_TASKS, { type: "templates", templates });
const translating: TasksState = {
  ...picked(start, "translate"),
  input: "Hello",
  values: { from: "English", to: "French" },
};

const texts = (state: TasksState) => usableExamples(state).map((row) => state.draft?.examples[row]?.input ?? "");

suite("tasks", () => {
  test("the first template is taken until the user picks another", () => {
    assert.equal(start.draft?.id, BUILTIN_TEMPLATES[0]?.id);
    assert.equal(picked(start, "answer").draft?.id, "answer");
    assert.equal(picked(start, "no such").draft?.id, BUILTIN_TEMPLATES[0]?.id);
    // A new list leaves what is being edited as it is.
    const edited = draftChanged(start, { title: "Mine" });
    assert.equal(templatesArrived(edited, { type: "templates", templates }).draft?.title, "Mine");
  });

  test("only examples of the languages that are asked for are of use", () => {
    const rows = usableExamples(translating);
    assert.ok(rows.length > 2 && rows.length < (translating.draft?.examples.length ?? 0));
    assert.deepEqual(usableExamples({ ...translating, values: { from: "English", to: "Klingon" } }), []);
    assert.deepEqual(shotsToCompare(translating), [0, 1, 5]);
    assert.deepEqual(shotsToCompare({ ...translating, values: { from: "English", to: "Klingon" } }), [0]);
  });

  test("a task that needs examples is not run without", () => {
    const rewriting = picked(start, "rewrite");
    assert.ok(shotsToCompare(exampleAdded(rewriting)).every((shots) => shots >= 1));
  });

  test("examples move past those of other languages, and no further than the ends", () => {
    const [first, second, third] = texts(translating);
    const [row = 0] = usableExamples(translating);
    assert.deepEqual(texts(exampleMoved(translating, row, 1)).slice(0, 3), [second, first, third]);
    assert.equal(exampleMoved(translating, row, -1), translating);
  });

  test("examples are added with the languages of the input, changed and dropped", () => {
    const added = exampleAdded(translating);
    const row = usableExamples(added).at(-1) ?? 0;
    assert.equal(usableExamples(added).length, usableExamples(translating).length + 1);
    const changed = exampleChanged(added, row, { input: "one", output: "un" });
    assert.deepEqual(changed.draft?.examples[row], {
      input: "one",
      output: "un",
      values: { from: "English", to: "French" },
    });
    assert.deepEqual(exampleDropped(added, row).draft?.examples, translating.draft?.examples);
  });

  test("each number of shots is a run of its own, and keeps to its column", () => {
    let run = 0;
    const { state, messages } = compared(translating, [0, 1, 5], () => ++run);
    assert.deepEqual(
      messages.map((message) => message.type === "runTask" && [message.run, message.setup.shots, message.setup.input]),
      [
        [1, 0, "Hello"],
        [2, 1, "Hello"],
        [3, 5, "Hello"],
      ],
    );
    const growing = taskText(state, { type: "taskText", run: 2, text: "Bon" });
    assert.deepEqual(
      growing.columns.map(({ text }) => text),
      ["", "Bon", ""],
    );
    const answer = {
      ...{ text: "Bonjour", probability: 0.5, prompt: "Hello =", promptTokens: 3, shots: 1 },
      dropped: { examples: 0, turns: 0, characters: 0 },
    };
    const done = taskEnded(taskDone(growing, { type: "taskDone", run: 2, answer }), 3, "It failed.");
    assert.deepEqual(
      done.columns.map(({ isRunning, text, problem }) => [isRunning, text, problem]),
      [
        [true, "", undefined],
        [false, "Bonjour", undefined],
        [false, "", "It failed."],
      ],
    );
    assert.equal(taskText(done, { type: "taskText", run: 9, text: "late" }), done);
  });

  test("a preview that is no longer waited for is dropped", () => {
    const waiting = { ...translating, previewRun: 4 };
    const message = {
      ...{ type: "previewed" as const, run: 3, prompt: "p", promptTokens: 1, contextLength: 8 },
      dropped: { examples: 0, turns: 0, characters: 0 },
    };
    assert.equal(previewed(waiting, message), waiting);
    assert.equal(previewed(waiting, { ...message, run: 4 }).preview?.prompt, "p");
  });
});
