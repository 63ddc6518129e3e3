import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { tokensInTime } from "../../../src/extension/completion/timeBudget.ts";

suite("time budget", () => {
  test("a faster model may write more", () => {
    assert.ok((tokensInTime(2) ?? 0) > (tokensInTime(20) ?? 0));
    assert.equal(tokensInTime(20), 40);
  });
  test("the slowest may write a few words", () => assert.equal(tokensInTime(5_000), 8));
  test("nothing is known before it was measured", () => assert.equal(tokensInTime(undefined), undefined));
});
