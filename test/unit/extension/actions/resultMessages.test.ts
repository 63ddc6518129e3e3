import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkFromResultsPage, type FromResultsPage } from "../../../../src/shared/resultMessages.ts";

suite("messages of the results' page", () => {
  const sent: FromResultsPage[] = [
    { type: "ready" },
    { type: "act", id: "1", action: "copy" },
    { type: "take", id: "1", index: 0 },
    { type: "reveal", id: "1" },
    { type: "reveal", id: "1", index: 2 },
    { type: "showLimits" },
    { type: "clear" },
  ];
  for (const message of sent) {
    test(`passes: ${JSON.stringify(message)}`, () => assert.deepEqual(checkFromResultsPage(message), { message }));
  }

  for (const value of [
    null,
    "clear",
    { type: "run", command: "workbench.action.quit" },
    { type: "act", id: "1", action: "constructor" },
    { type: "act", id: 1, action: "copy" },
    { type: "take", id: "1", index: -1 },
    { type: "clear", more: true },
  ]) {
    test(`is refused: ${JSON.stringify(value)}`, () => assert.ok("problem" in checkFromResultsPage(value)));
  }
});
