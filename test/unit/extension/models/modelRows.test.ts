import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AnyRow, groupRows, type Situation } from "../../../../src/extension/models/modelRows.ts";
import type { InstalledModel } from "../../../../src/models/installed.ts";

const nano: InstalledModel = { name: "localghost-nano", folder: "/ext/models/localghost-nano", bytes: 6e6, packed: [] };
const small: InstalledModel = {
  name: "openai-community/gpt2",
  folder: "/data/openai-community/gpt2",
  bytes: 6e8,
  packed: [],
  source: { kind: "hub", endpoint: "https://hub.example", repository: "openai-community/gpt2", commit: "c".repeat(40) },
};
const own: InstalledModel = {
  ...small,
  name: "imported/mine",
  folder: "/data/imported/mine",
  source: { kind: "import", from: "x" },
};
const quiet: Situation = {
  embedded: [nano],
  installed: [small, own],
  unfinished: [],
  ownDownloads: [],
  chosen: [{ target: { kind: "all" }, name: "localghost-nano" }],
  describeFolder: () => undefined,
  dtype: "int8",
  machine: undefined,
};
const MARKDOWN = { kind: "language", id: "markdown" } as const;
const names = (rows: readonly AnyRow[]): string[] => rows.map(({ name }) => name);

suite("the rows of the Models view", () => {
  test("stand with what is used, with what is not, or with what could be downloaded", () => {
    const { inUse, here, downloads, available } = groupRows(quiet);
    assert.deepEqual(names(inUse), ["localghost-nano"]);
    assert.deepEqual(names(here), ["openai-community/gpt2", "imported/mine"]);
    assert.deepEqual(downloads, []);
    assert.ok(!names(available).includes("openai-community/gpt2"), "it is there");
    assert.ok(!names(available).includes("localghost-nano"), "it need not be downloaded");
    assert.ok(names(available).includes("openai-community/gpt2-xl"));
  });

  test("know their models by short names, full names and folders", () => {
    for (const name of ["gpt2", "openai-community/gpt2", "/data/openai-community/gpt2"]) {
      const { inUse } = groupRows({ ...quiet, chosen: [...quiet.chosen, { target: MARKDOWN, name }] });
      assert.deepEqual(names(inUse), ["localghost-nano", "openai-community/gpt2"], name);
      assert.ok(inUse[1]?.kind === "model");
      assert.deepEqual(inUse[1].uses, [MARKDOWN]);
    }
  });

  test("say what can be done", () => {
    const { inUse, here } = groupRows(quiet);
    const abilities = Object.fromEntries([...inUse, ...here].map((row) => [row.name, row.abilities.join(" ")]));
    assert.deepEqual(abilities, {
      "localghost-nano": "use verify reveal",
      "openai-community/gpt2": "use verify reveal pack delete page",
      "imported/mine": "use verify reveal pack delete",
    });
  });

  test("tell of a model that is chosen and not there, and offer to download one that has a name", () => {
    const chosen = [
      { target: { kind: "all" }, name: "gpt2-large" },
      { target: MARKDOWN, name: "gpt2-large" },
      { target: { kind: "task", id: "summarize" }, name: "/gone" },
    ] as const;
    const missing = groupRows({ ...quiet, chosen }).inUse;
    assert.deepEqual(
      missing.map(({ kind, name, abilities }) => ({ kind, name, abilities })),
      [
        { kind: "missing", name: "gpt2-large", abilities: ["download"] },
        { kind: "missing", name: "/gone", abilities: [] },
      ],
    );
    assert.ok(missing[0]?.kind === "missing");
    assert.equal(missing[0].uses.length, 2);
  });

  test("list a folder elsewhere once, with all that it is chosen for", () => {
    const folder = "/home/me/tuned";
    const { inUse } = groupRows({
      ...quiet,
      chosen: [
        { target: { kind: "all" }, name: folder },
        { target: MARKDOWN, name: folder },
      ],
      describeFolder: (path) => ({ ...own, name: "tuned", folder: path }),
    });
    assert.equal(inUse.length, 1);
    assert.ok(inUse[0]?.kind === "model" && inUse[0].uses.length === 2);
    assert.ok(!inUse[0].abilities.includes("delete"), "it is the user's own");
  });

  test("tell a download of this window from another's, and from one that stopped", () => {
    const unfinished = (name: string, state: "running" | "stopped") =>
      ({ name, commit: "c".repeat(40), bytesTotal: 100, bytesDone: 40, state }) as const;
    const progress = { activity: "downloading", file: "a", bytesDone: 60, bytesTotal: 100 } as const;
    const { downloads, available } = groupRows({
      ...quiet,
      unfinished: [
        unfinished("a/mine", "running"),
        unfinished("a/other", "running"),
        unfinished("distilbert/distilgpt2", "stopped"),
        unfinished("a/failed", "stopped"),
      ],
      ownDownloads: [
        { name: "a/mine", progress, failure: undefined, isRunning: true },
        { name: "a/failed", progress: undefined, failure: "The disk is full.", isRunning: false },
        { name: "a/begun", progress: undefined, failure: undefined, isRunning: true },
      ],
    });
    const seen = downloads.map((row) =>
      row.kind === "download" ? [row.name, row.state, row.bytesDone, ...row.abilities] : [],
    );
    assert.deepEqual(seen, [
      ["a/mine", "running", 60, "pause", "cancel", "page"],
      ["a/other", "elsewhere", 40, "page"],
      ["distilbert/distilgpt2", "paused", 40, "resume", "cancel", "page"],
      ["a/failed", "failed", 40, "resume", "cancel", "page"],
      ["a/begun", "running", 0, "pause", "cancel", "page"],
    ]);
    assert.ok(!names(available).includes("distilbert/distilgpt2"), "it stands with the downloads");
  });

  test("say how a model would run here, once the machine was measured", () => {
    const before = groupRows(quiet).available[0];
    assert.ok(before?.kind === "available" && before.fit === undefined);
    const machine = { memoryBytes: 2e9, bytesPerSecond: 20e9 };
    const fits = groupRows({ ...quiet, machine }).available.map((row) =>
      row.kind === "available" ? row.fit?.fit : "",
    );
    assert.equal(fits[0], "fast");
    assert.equal(fits.at(-1), "too large");
  });
});
