import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Memory } from "../../../../src/extension/actions/recentValues.ts";
import { RecentValues } from "../../../../src/extension/actions/recentValues.ts";
import { choicesOf, textOf, type ResultRecord } from "../../../../src/extension/actions/result.ts";
import { ResultStore } from "../../../../src/extension/actions/resultStore.ts";
import type { TaskResult } from "../../../../src/tasks/task.ts";

/** What VS Code does: values come back as JSON gives them. */
function memory(): Memory {
  const values = new Map<string, string>();
  return {
    get: (key) => {
      const json = values.get(key);
      return json === undefined ? undefined : (JSON.parse(json) as unknown);
    },
    update: (key, value) => {
      values.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

const answer: TaskResult = {
  text: "short",
  confidence: { meanTokenProbability: 0.5 },
  mode: "generate",
  prompt: "long\nTL;DR:",
  promptTokens: 5,
  shots: 0,
  dropped: { examples: 0, turns: 0, characters: 0 },
  model: "localghost-nano",
  alternatives: [],
  candidates: [],
  parts: [],
};

function record(id: string, text = "long"): ResultRecord {
  return {
    id,
    title: "Summarize",
    startedAt: 1,
    options: { templateId: "summarize", values: {} },
    source: {
      kind: "document",
      uri: "file:///notes.md",
      range: { start: 0, end: text.length },
      text,
      insertion: "below",
      description: "the paragraph",
    },
    outcome: { kind: "running", text: "", parts: [] },
  };
}

const done = { outcome: { kind: "done", result: answer } } as const;

suite("the results of a workspace", () => {
  test("are told of as they come and change", () => {
    const store = new ResultStore(memory());
    const seen: string[] = [];
    store.onDidChange(({ id, outcome }) => seen.push(`${id} ${outcome.kind}`));
    store.add(record("a"));
    store.update("a", done);
    store.update("nobody", done);
    store.moveSource("a", record("a").source);
    assert.deepEqual(seen, ["a running", "a done"]);
    assert.equal(store.get("a")?.outcome.kind, "done");
  });

  test("come back in the next session, those that are done", () => {
    const kept = memory();
    const store = new ResultStore(kept);
    for (const id of ["a", "b"]) store.add(record(id));
    store.update("a", done);
    const next = new ResultStore(kept);
    assert.deepEqual(
      next.all.map(({ id }) => id),
      ["a"],
    );
    assert.equal(textOf(next.get("a") ?? record("a")), "short");
  });

  test("are fifty at most, and the oldest goes", () => {
    const store = new ResultStore(memory());
    const gone: string[] = [];
    store.onDidRemove((records) => gone.push(...records.map(({ id }) => id)));
    for (let i = 0; i < 52; i++) store.add(record(String(i)));
    assert.equal(store.all.length, 50);
    assert.equal(store.all[0]?.id, "51");
    assert.deepEqual(gone, ["0", "1"]);
  });

  test("do not keep long texts, nor many candidates", () => {
    const kept = memory();
    const store = new ResultStore(kept);
    store.add(record("a", "x".repeat(200_000)));
    const candidates = Array.from({ length: 300 }, (_, i) => ({ text: "x", start: i, end: i + 1, probability: 0 }));
    store.update("a", { outcome: { kind: "done", result: { ...answer, candidates } } });
    assert.equal(store.get("a")?.source.text.length, 200_000, "the store has it all");
    const [again] = new ResultStore(kept).all;
    assert.equal(again?.source.text, "");
    assert.ok(again);
    assert.equal(choicesOf(again).length, 5);
  });

  test("are forgotten when they are cleared, and when they are of another version", () => {
    const kept = memory();
    const store = new ResultStore(kept);
    store.add(record("a"));
    store.update("a", done);
    store.clear();
    assert.equal(new ResultStore(kept).all.length, 0);
    void kept.update("results", { version: 0, records: [record("a")] });
    assert.equal(new ResultStore(kept).all.length, 0);
  });

  test("offer their alternatives, else their candidates", () => {
    const alternatives = ["a", "b"].map((text) => ({ text, confidence: { meanTokenProbability: 0.5 } }));
    const candidates = [{ text: "c", start: 0, end: 1, probability: 0.25 }];
    const result = { ...answer, candidates };
    const chosen = (outcome: ResultRecord["outcome"]) => choicesOf({ ...record("a"), outcome }).map(({ text }) => text);
    assert.deepEqual(chosen({ kind: "done", result: { ...result, alternatives } }), ["a", "b"]);
    assert.deepEqual(chosen({ kind: "done", result }), ["c"]);
    assert.deepEqual(chosen({ kind: "stopped", text: "d" }), []);
  });
});

suite("recent values", () => {
  test("the latest first, each once, twenty at most", async () => {
    const kept = memory();
    const recent = new RecentValues(kept, "languages");
    for (const language of ["French", "German", "French"]) await recent.add(language);
    assert.deepEqual(recent.all, ["French", "German"]);
    for (let i = 0; i < 30; i++) await recent.add(String(i));
    assert.equal(new RecentValues(kept, "languages").all.length, 20);
    assert.deepEqual(new RecentValues(kept, "questions").all, []);
  });
});
