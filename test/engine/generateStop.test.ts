import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest } from "../helpers/models.ts";
import { generateAll } from "./helpers/generation.ts";

const params = { prompt: "function add(a, b) {\n", maxTokens: 40, ignoreEndOfText: true };

interface Example {
  name: string;
  /** Made from the pieces of the text that is generated without a stop string. */
  stop: (pieces: readonly string[]) => string[];
}

/** The first piece from the fifth on that is long enough. */
function longPiece(pieces: readonly string[]): number {
  const index = pieces.findIndex((piece, i) => i >= 5 && piece.length >= 4);
  assert.notEqual(index, -1, "no long token to cut");
  return index;
}

const examples: Example[] = [
  { name: "inside one token", stop: (pieces) => [(pieces[longPiece(pieces)] ?? "").slice(1, 3)] },
  { name: "a whole token", stop: (pieces) => [pieces[longPiece(pieces)] ?? ""] },
  { name: "across two tokens", stop: (p) => [(p[8]?.slice(-1) ?? "") + (p[9]?.slice(0, 1) ?? "")] },
  { name: "across five tokens", stop: (pieces) => [pieces.slice(7, 12).join("")] },
  { name: "several, of which one comes first", stop: (p) => [p.slice(20, 23).join(""), p.slice(6, 9).join("")] },
  { name: "one that is a prefix of another", stop: (p) => [p.slice(6, 12).join(""), p.slice(6, 8).join("")] },
  { name: "one inside another", stop: (p) => [p.slice(5, 13).join(""), p.slice(8, 10).join("")] },
  { name: "overlapping ones", stop: (p) => [p.slice(8, 14).join(""), p.slice(6, 10).join("")] },
  { name: "at the very start", stop: (p) => [p[0]?.slice(0, 1) ?? ""] },
  { name: "one that begins often and never ends", stop: (p) => p.map((piece) => `${piece}\u0000`) },
  { name: "one whose beginning ends the text", stop: (p) => [`${p.slice(-3).join("")}\u0000`] },
  { name: "an empty one", stop: () => [""] },
];

/** Where the text must end: before the stop string that is whole first, the longest of those that end together. */
function expectedEnd(text: string, stops: readonly string[]): number | undefined {
  for (let end = 1; end <= text.length; end++) {
    const ending = stops.filter((stop) => stop !== "" && text.slice(0, end).endsWith(stop));
    if (ending.length > 0) return end - Math.max(...ending.map((stop) => stop.length));
  }
  return undefined;
}

test("stop strings", async (t) => {
  const loaded = await loadForTest(t, nanoFolder, "fp32");
  const { result: whole } = await generateAll(loaded, params);
  const pieces = whole.tokens.map(({ text }) => text);
  for (const { name, stop } of examples) {
    await t.test(`end the text, and no part of one is ever shown: ${name}`, async () => {
      await checkStop(loaded, whole.text, stop(pieces));
    });
  }
});

async function checkStop(loaded: LoadedModel, whole: string, stop: string[]): Promise<void> {
  const { result, progress, streamed } = await generateAll(loaded, { ...params, stop });
  const end = expectedEnd(whole, stop);
  assert.equal(result.text, whole.slice(0, end));
  assert.equal(result.finishReason, end === undefined ? "length" : "stop");
  // Nothing that was shown is taken back.
  assert.ok(result.text.startsWith(streamed), `${JSON.stringify(streamed)} was shown`);
  if (end !== undefined) assert.equal(streamed, result.text);
  assert.ok(end === undefined || progress.length < params.maxTokens, "generation went on after a stop string");
  // The tokens are those of the text: they cover it, and none begins after it.
  const covered = result.tokens.map(({ text }) => text).join("");
  assert.ok(covered.startsWith(result.text));
  const beforeLast = result.tokens.slice(0, -1).map(({ text }) => text);
  assert.ok(result.text === "" || beforeLast.join("").length < result.text.length);
}
