import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { type Answered, AnswerLog } from "../../../bench/tasks/answerLog.ts";
import { calibrate } from "../../../bench/tasks/calibrate.ts";
import { BASELINES } from "../../../bench/tasks/baselines.ts";
import { builtin, type Case, type CaseSet, setups } from "../../../bench/tasks/cases.ts";
import { pool, tabulate } from "../../../bench/tasks/measure.ts";
import { recommend } from "../../../bench/tasks/recommend.ts";
import { calibrationsFile } from "../../../bench/tasks/report/calibrationsFile.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { calibratedProbability } from "../../../src/tasks/calibration.ts";
import { temporaryFolder } from "../../helpers/fixtures.ts";

function answered(text: string, more: Partial<Answered> = {}): Answered {
  return { text, shots: 0, seconds: 0.1, meanTokenProbability: 0.5, found: false, ...more };
}

function questions(count: number): CaseSet {
  const cases = Array.from({ length: count }, (_, i): Case => {
    return { id: `q${i}`, input: `Its name is n${i}. It is red.`, values: { question: "name?" }, reference: `n${i}` };
  });
  return { task: "answer", title: "answer", cases, ownExamples: [] };
}

test("a run that was interrupted asks only what it has no answer to", async (t) => {
  const file = path.join(temporaryFolder(t), "answers.jsonl");
  const asked: string[] = [];
  const ask = (log: AnswerLog, id: string): Promise<Answered> =>
    log.answer(["model", id], () => {
      asked.push(id);
      return Promise.resolve(answered(id));
    });

  const first = new AnswerLog(file, false);
  await ask(first, "a");
  await ask(first, "b");
  fs.appendFileSync(file, '{"key":"cut off');
  const second = new AnswerLog(file, true);
  assert.equal((await ask(second, "b")).text, "b");
  await ask(second, "c");
  assert.equal((await ask(new AnswerLog(file, true), "c")).text, "c");
  assert.deepEqual(asked, ["a", "b", "c"]);
  await ask(new AnswerLog(file, false), "a");
  assert.deepEqual(asked, ["a", "b", "c", "a"]);
});

test("a way to ask is the default only where it is better beyond doubt", () => {
  const set = questions(60);
  const ways = setups("answer").filter(({ source }) => source !== "own");
  const rightOf = (share: number) => set.cases.map(({ reference }, i) => answered(i < 60 * share ? reference : "no"));
  const table = (shares: readonly number[]) =>
    tabulate(
      ways.map((setup, i) => ({ set, setup, answers: rightOf(shares[i] ?? 0) })),
      1,
    );
  const [zeroShot, oneShot] = ways;
  assert.equal(zeroShot?.shots, 0);
  assert.equal(oneShot?.shots, 1);
  assert.deepEqual(recommend(table([0.5, 0.52, 0.4])), {
    task: "answer",
    mode: "generate",
    shots: 0,
    name: "generate, 0 shots",
  });
  assert.equal(recommend(table([0.2, 0.7, 0.4])).shots, 1);
});

test("baselines take their answers from the text", () => {
  const input = "One is first. Two is second. Three is third. Four is last.";
  const given: Case = { id: "x", input, values: { question: "Which?" }, reference: "" };
  const [first, three, copy, phrase] = BASELINES.answer.map(({ answer }) => answer(given, seededRandom(4)));
  assert.equal(first, "One is first.");
  assert.equal(copy, input);
  assert.ok(phrase !== undefined && phrase !== "" && input.includes(phrase));
  const sentences = three?.match(/\w+ is \w+\./g) ?? [];
  assert.equal(sentences.length, 3);
  assert.deepEqual(
    sentences.map((sentence) => input.indexOf(sentence)),
    sentences.map((sentence) => input.indexOf(sentence)).toSorted((a, b) => a - b),
  );
});

test("sets that are pooled keep each answer beside its case", () => {
  const setup = { template: builtin("answer"), mode: "generate", shots: 0, source: "none" } as const;
  const [a, b] = [questions(2), questions(3)];
  const right = (set: CaseSet) => [{ set, setup, answers: set.cases.map(({ reference }) => answered(reference)) }];
  const [pooled] = pool("both", [right(a), right(b)]);
  assert.ok(pooled);
  assert.equal(pooled.set.cases.length, 5);
  assert.equal(tabulate([pooled], 1).rows.at(-1)?.figures.exact?.value, 100);
});

test("chances that are learnt tell right answers from wrong ones, and are written down as they are used", () => {
  const set = questions(400);
  const setup = { template: builtin("answer"), mode: "generate", shots: 0, source: "none" } as const;
  const random = seededRandom(5);
  const answers = set.cases.map(({ reference }) => {
    const meanTokenProbability = 0.05 + 0.9 * random();
    const isRight = random() < meanTokenProbability ** 2;
    return answered(isRight ? reference : "wrong", { meanTokenProbability, found: isRight });
  });
  const calibrated = calibrate("tiny", { set, setup, answers }, 1);
  assert.ok(calibrated);
  assert.equal(calibrated.fitted + calibrated.tested, 400);
  assert.ok(calibrated.expectedCalibrationError < calibrated.uncalibratedError);
  assert.ok(calibrated.brier < calibrated.brierOfConstant / 2);
  const features = { logTokens: 0, logShare: 0 };
  const chance = (meanLogprob: number, found: number): number =>
    calibratedProbability({ model: "tiny", task: "answer", mode: "generate" }, { ...features, meanLogprob, found }, [
      calibrated.calibration,
    ]) ?? NaN;
  assert.ok(chance(Math.log(0.9), 1) > 0.7);
  assert.ok(chance(Math.log(0.2), 0) < 0.2);

  const other = { ...calibrated.calibration, model: "other" };
  const source = calibrationsFile([other, calibrated.calibration], "tiny", [calibrated.calibration]);
  assert.equal(source.match(/model: "tiny"/g)?.length, 1);
  assert.equal(source.match(/model: "other"/g)?.length, 1);
  assert.equal(calibrate("tiny", { set, setup, answers: set.cases.map(() => answered("wrong")) }, 1), undefined);
});
