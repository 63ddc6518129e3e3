import assert from "node:assert/strict";
import { test } from "node:test";
import { coqaScore, normalizeAnswer, squadScore } from "../../../src/eval/metrics/answerMatch.ts";
import { readFixture } from "../../helpers/fixtures.ts";
import { assertNear } from "./near.ts";

interface AnswerCase {
  prediction: string;
  references: string[];
  normalized: string;
  /** Exact match and F1. */
  squad: [number, number];
  coqa: [number, number];
}

test("answers are judged as the scripts of SQuAD and CoQA judge them", () => {
  const cases = readFixture<AnswerCase[]>("eval", "answers.json");
  assert.ok(cases.some(({ references }) => references.length > 1));
  for (const { prediction, references, normalized, squad, coqa } of cases) {
    const what = JSON.stringify([prediction, references]);
    assert.equal(normalizeAnswer(prediction), normalized, what);
    const bySquad = squadScore(prediction, references);
    const byCoqa = coqaScore(prediction, references);
    assertNear(bySquad.exact, squad[0], what);
    assertNear(bySquad.f1, squad[1], what);
    assertNear(byCoqa.exact, coqa[0], what);
    assertNear(byCoqa.f1, coqa[1], what);
  }
});
