import assert from "node:assert/strict";
import { test } from "node:test";
import { sample } from "../../../src/eval/sample.ts";
import { editDistance } from "../../../src/eval/tasks/code.ts";
import { confidenceCurve } from "../../../src/eval/tasks/questionAnswering.ts";
import { cumulativeUnits, strideOf, windowsOf } from "../../../src/eval/tasks/windows.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { fails } from "../../engine/helpers/checkpoints.ts";
import { assertNear } from "./near.ts";

test("windows score every token but the first once, each after as many others as the stride leaves", () => {
  for (const count of [1, 2, 8, 9, 10, 11, 50]) {
    for (const stride of [1, 3, 8]) {
      const scored: number[] = [];
      for (const { begin, scoredFrom, end } of windowsOf(count, 8, stride)) {
        assert.ok(end - begin <= 9 && begin < scoredFrom, "what is read fits the context");
        for (let token = scoredFrom; token < end; token++) {
          scored.push(token);
          assert.ok(token - begin >= Math.min(token, 8 - stride + 1));
        }
      }
      assert.deepEqual(
        scored,
        Array.from({ length: count - 1 }, (_, i) => i + 1),
      );
    }
  }
});

test("a stride that would leave tokens out is refused", () => {
  assert.deepEqual([strideOf(undefined, 9), strideOf(undefined, 1), strideOf(9, 9)], [4, 1, 9]);
  const refusal = fails(
    "invalidRequest",
    /^Windows of 9 tokens cannot move by 10: --stride is 9 at most for this model\.$/,
  );
  assert.throws(() => strideOf(10, 9), refusal);
});

test("units are spread over the bytes of their part, and sum up exactly", () => {
  const parts = [
    { text: "añb\n", units: 4 },
    { text: "", units: 1 },
    { text: "cd\n", units: 3 },
  ];
  const unitsUpTo = cumulativeUnits(parts, [1, 2, 2, 1, 2]);
  assert.deepEqual([0, 1, 2, 3, 5].map(unitsUpTo), [0, 0.8, 2.4, 5, 8]);
});

test("a sample is as large as asked for, in order, the same for a seed, and of all records", async () => {
  const numbers = async function* () {
    for (let i = 0; i < 100; i++) yield Promise.resolve(i);
  };
  const drawn = await sample(numbers(), 10, seededRandom(3));
  assert.equal(drawn.length, 10);
  assert.ok(drawn.every(({ index, record }, i) => index === record && index > (drawn[i - 1]?.index ?? -1)));
  assert.ok(drawn.some(({ index }) => index > 50));
  assert.deepEqual(await sample(numbers(), 10, seededRandom(3)), drawn);
  assert.notDeepEqual(await sample(numbers(), 10, seededRandom(4)), drawn);
  assert.equal((await sample(numbers(), undefined, seededRandom(3))).length, 100);
});

test("the curve takes the answers that the model was surest of first", () => {
  const outcomes = Array.from({ length: 100 }, (_, i) => ({ confidence: ((i * 37) % 100) / 100, exact: i % 2 }));
  const sure = outcomes.map(({ confidence }) => ({ confidence, exact: confidence >= 0.9 ? 1 : 0 }));
  const curve = confidenceCurve(sure);
  assert.deepEqual(curve[0], { share: 0.01, accuracy: 1 });
  assert.equal(curve.find(({ share }) => share === 0.1)?.accuracy, 1);
  assertNear(curve.find(({ share }) => share === 0.2)?.accuracy ?? NaN, 0.5, "half of the surest fifth");
  assertNear(curve.at(-1)?.accuracy ?? NaN, 0.1, "all");
});

test("the edit distance counts insertions, deletions and replacements", () => {
  assert.deepEqual(
    [
      ["kitten", "sitting"],
      ["", "abc"],
      ["abc", "abc"],
    ].map(([a = "", b = ""]) => editDistance(a, b)),
    [3, 3, 0],
  );
});
