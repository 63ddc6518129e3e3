import assert from "node:assert/strict";
import { test } from "node:test";
import { fitLogistic, predictLogistic } from "../../../src/eval/logisticRegression.ts";
import { brierScore, expectedCalibrationError, reliability } from "../../../src/eval/metrics/calibrationError.ts";
import { readFixture } from "../../helpers/fixtures.ts";
import { assertNear } from "./near.ts";

interface CalibrationCase {
  probabilities: number[];
  right: boolean[];
  bins: number;
  /** Of the bins that are not empty, in order. */
  accuracy: number[];
  stated: number[];
  error: number;
  brier: number;
}

interface RegressionCase {
  features: number[][];
  right: boolean[];
  ridge: number;
  intercept: number;
  weights: number[];
  chances: number[];
}

test("calibration error, reliability and Brier score are scikit-learn's", () => {
  for (const { probabilities, right, bins, ...expected } of readFixture<CalibrationCase[]>(
    "eval",
    "calibration.json",
  )) {
    const forecasts = probabilities.map((probability, i) => ({ probability, right: right[i] === true }));
    const found = reliability(forecasts, bins);
    assert.equal(found.length, expected.accuracy.length);
    for (const [i, { accuracy, meanProbability }] of found.entries()) {
      assertNear(accuracy, expected.accuracy[i] ?? NaN, `accuracy of bin ${i}`);
      assertNear(meanProbability, expected.stated[i] ?? NaN, `chance of bin ${i}`);
    }
    assertNear(expectedCalibrationError(forecasts, bins), expected.error, "expected calibration error");
    assertNear(brierScore(forecasts), expected.brier, "Brier score");
  }
});

test("chances of 0 and 1 fall into the first and the last bin", () => {
  const bins = reliability(
    [
      { probability: 0, right: false },
      { probability: 1, right: true },
    ],
    10,
  );
  assert.deepEqual(
    bins.map(({ from, to, count }) => [from, to, count]),
    [
      [0, 0.1, 1],
      [0.9, 1, 1],
    ],
  );
});

test("logistic regression finds scikit-learn's weights", () => {
  for (const { features, right, ridge, intercept, weights, chances } of readFixture<RegressionCase[]>(
    "eval",
    "logistic.json",
  )) {
    const records = features.map((row, i) => ({ features: row, right: right[i] === true }));
    const model = fitLogistic(records, ridge);
    assert.ok(Math.abs(model.intercept - intercept) < 1e-6, `${model.intercept}, not ${intercept}`);
    for (const [i, weight] of model.weights.entries()) assert.ok(Math.abs(weight - (weights[i] ?? NaN)) < 1e-6);
    for (const [i, row] of features.entries()) {
      assert.ok(Math.abs(predictLogistic(model, row) - (chances[i] ?? NaN)) < 1e-6);
    }
  }
});

test("a feature that separates right from wrong gets a finite weight", () => {
  const records = [-2, -1, 1, 2].map((x) => ({ features: [x], right: x > 0 }));
  const { weights } = fitLogistic(records, 0.1);
  assert.ok((weights[0] ?? NaN) > 1 && (weights[0] ?? NaN) < 10);
});
