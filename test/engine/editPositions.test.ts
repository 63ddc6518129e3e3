/** A part of `npm run test:positions`, small enough for each run of the tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineText } from "../../bench/replay/engineText.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { checkModel } from "../positions/checkModel.ts";
import { describe } from "../positions/rules.ts";

test("what the embedded model offers at random edit positions breaks no rule", async () => {
  const engine = new EngineText({ folder: nanoFolder, dtype: "int8", device: "cpu" }, 1);
  try {
    const { offers, violations } = await checkModel(engine, 100, 20);
    assert.ok(offers > 50, `only ${offers} offers`);
    assert.deepEqual(violations.map(describe), []);
  } finally {
    await engine.dispose();
  }
});
