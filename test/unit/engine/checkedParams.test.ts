import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkedParams } from "../../../src/engine/checkedParams.ts";

const model = { folder: "/models/some" };

suite("checked parameters", () => {
  test("are those of the request, and none that only another one has", () => {
    const warm = { model, prompt: "a", maxTokens: 1 };
    assert.deepEqual(checkedParams("warm", { ...warm, promptIds: ["not", "checked"], priority: 7 }), warm);
    assert.deepEqual(checkedParams("generate", { ...warm, priority: "action", promptIds: [1] })["promptIds"], [1]);
  });

  test("of objects and of entries of lists, too", () => {
    const files = [{ path: "a.ts", text: "a" }];
    const given = { model: { ...model, secret: 1 }, files: [{ ...files[0], size: "large" }] };
    assert.deepEqual(checkedParams("memory/update", given), { model, files });
    const memory = { path: "a.ts", offset: 3 };
    const score = { model, text: "a", priority: "action", memory };
    assert.deepEqual(checkedParams("score", { ...score, memory: { ...memory, weight: "all" } }), score);
  });
});
