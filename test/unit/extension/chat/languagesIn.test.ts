import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { languagesIn } from "../../../../src/extension/chat/languagesIn.ts";

suite("languagesIn", () => {
  for (const [prompt, languages] of [
    ["French", { to: "French" }],
    ["to French.", { to: "French" }],
    ["into français", { to: "français" }],
    [" from German to English ", { to: "English", from: "German" }],
    ["From de en", { to: "en", from: "de" }],
    ["", undefined],
    ["to", undefined],
    ["this text please", undefined],
    ["to French: good morning", undefined],
  ] as const) {
    test(`“${prompt}”`, () => assert.deepEqual(languagesIn(prompt), languages));
  }
});
