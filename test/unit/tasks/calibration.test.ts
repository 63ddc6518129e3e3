import assert from "node:assert/strict";
import { test } from "node:test";
import { calibratedProbability, type Calibration } from "../../../src/tasks/calibration.ts";

const CALIBRATION: Calibration = {
  model: "m",
  task: "answer",
  mode: "rank",
  intercept: 1,
  weights: { meanLogprob: 2, found: -0.5 },
};
const FEATURES = { meanLogprob: -1, logTokens: 5, logShare: -3, found: 1 };

test("a logistic function of what was learnt", () => {
  const probability = calibratedProbability({ model: "m", task: "answer", mode: "rank" }, FEATURES, [CALIBRATION]);
  assert.ok(Math.abs((probability ?? 0) - 1 / (1 + Math.exp(1.5))) < 1e-12);
});

test("nothing is claimed of another model, task or mode", () => {
  for (const other of [{ model: "n" }, { task: "summarize" }, { mode: "generate" as const }]) {
    const asked = { model: "m", task: "answer", mode: "rank" as const, ...other };
    assert.equal(calibratedProbability(asked, FEATURES, [CALIBRATION]), undefined);
  }
});
