/** Names, sizes and speeds as people read and write them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SpeedMeter } from "../../../src/models/download/speedMeter.ts";
import { retryAfterMs } from "../../../src/models/download/patience.ts";
import { formatBytes, formatSeconds } from "../../../src/models/formatBytes.ts";
import { importedName, isModelName, parseHubReference } from "../../../src/models/modelName.ts";
import { defaultModelsFolder } from "../../../src/models/modelsFolder.ts";
import { isErrorKind } from "../../../src/shared/errors.ts";

const HUB = "https://hub.example:8080";

test("sizes and times are written in words", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1500, "1.5 kB"],
    [548_105_171, "548 MB"],
    [999_600_000, "1.0 GB"],
    [6_431_829_964, "6.4 GB"],
  ];
  for (const [bytes, words] of sizes) assert.equal(formatBytes(bytes), words);
  const times: [number, string][] = [
    [0.2, "1 s"],
    [89, "89 s"],
    [120, "2 min"],
    [7300, "2 h 2 min"],
  ];
  for (const [seconds, words] of times) assert.equal(formatSeconds(seconds), words);
});

const references: [text: string, repository: string, revision?: string][] = [
  ["openai-community/gpt2", "openai-community/gpt2"],
  [" gpt2 ", "gpt2"],
  ["a/b@v1.0", "a/b", "v1.0"],
  ["https://huggingface.co/openai-community/gpt2", "openai-community/gpt2"],
  ["https://huggingface.co/openai-community/gpt2/", "openai-community/gpt2"],
  ["https://hf.co/gpt2", "gpt2"],
  [`${HUB}/a/b/tree/feature/x?not=used#fragment`, "a/b", "feature/x"],
  [`${HUB}/a/b/blob/main/config.json`, "a/b"],
];

for (const [text, repository, revision] of references) {
  test(`"${text}" names a repository`, () => {
    assert.deepEqual(parseHubReference(text, HUB), revision === undefined ? { repository } : { repository, revision });
  });
}

for (const text of [
  "",
  "a b/c",
  "a/../b",
  "./a",
  "/a",
  "a/b/c",
  "a/.b",
  "a/b..c",
  "a--b/c",
  "a-/b",
  "con/b",
  "a/nul.txt",
  "https://evil.test/a/b",
  "a@",
]) {
  test(`"${text}" is refused as the name of a repository`, () => {
    assert.throws(
      () => parseHubReference(text, HUB),
      (error: { kind?: unknown }) => isErrorKind(error.kind) && error.kind === "invalidRequest",
    );
  });
}

test("whatever is imported gets a safe name", () => {
  for (const name of [
    "my model (2)",
    "..",
    "",
    "CON",
    "日本",
    "a".repeat(300),
    "x/../y",
    ".hidden",
    "good-1.0",
    "a--b..c-",
    "x".repeat(95) + "-y",
  ]) {
    assert.ok(isModelName(importedName(name)), `${name}: ${importedName(name)}`);
  }
  assert.equal(importedName("good-1.0"), "imported/good-1.0");
  assert.equal(importedName("my model (2)"), "imported/my-model-2");
});

test("speed is that of the last seconds", () => {
  const speed = new SpeedMeter();
  assert.equal(speed.bytesPerSecond(0), undefined);
  for (let second = 0; second <= 20; second++) speed.add(second < 10 ? 1000 : 3000, second * 1000);
  assert.ok(Math.abs((speed.bytesPerSecond(20_000) ?? 0) - 3000) < 1);
  // Nothing comes any more.
  assert.ok((speed.bytesPerSecond(60_000) ?? 0) < 500);
});

test("Retry-After is read as seconds and as a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const read = (value: string): number | undefined => retryAfterMs(new Headers({ "retry-after": value }), now);
  assert.equal(read("30"), 30_000);
  assert.equal(read("Thu, 01 Jan 2026 00:01:00 GMT"), 60_000);
  assert.equal(read("Wed, 31 Dec 2025 00:01:00 GMT"), 0);
  assert.equal(read("soon"), undefined);
  assert.equal(retryAfterMs(new Headers()), undefined);
});

test("the models folder is the one that the environment names", { skip: process.platform !== "linux" }, () => {
  assert.equal(defaultModelsFolder({ LOCALGHOST_MODELS: "/m" }), "/m");
  assert.equal(defaultModelsFolder({ XDG_DATA_HOME: "/d" }), "/d/localghost/models");
  const portable = { VSCODE_PORTABLE: "/stick/data", XDG_DATA_HOME: "/d" };
  assert.equal(
    defaultModelsFolder(portable),
    "/stick/data/localghost/models",
    "a portable VS Code leaves nothing elsewhere",
  );
  assert.match(defaultModelsFolder({}), /\.local\/share\/localghost\/models$/);
});
