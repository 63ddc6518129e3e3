import { mean } from "../../src/eval/bootstrap.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import type { TaskModel } from "../../src/tasks/task.ts";
import { log } from "../log.ts";
import { quantile } from "../statistics.ts";
import { type Answered, type AnswerLog } from "./answerLog.ts";
import { askModel } from "./askModel.ts";
import { BASELINES } from "./baselines.ts";
import { type Case, type CaseSet, describeSetup, type Setup, setups } from "./cases.ts";
import { MAIN_FIGURE, type Row, type TaskTable } from "./result.ts";
import { estimateFigures, estimateGain, figureOf, scoreAnswers } from "./scores.ts";

export interface Run {
  readonly model: TaskModel;
  /** All that answers depend on beside the case: the weights, their dtype, the code. */
  readonly identity: readonly string[];
  readonly answers: AnswerLog;
  readonly seed: number;
}

/** What was answered to some cases in one way. */
export interface Measured {
  readonly set: CaseSet;
  readonly setup: Setup;
  readonly answers: readonly Answered[];
}

/** Asks a model everything that a table needs. */
export async function measure(run: Run, set: CaseSet): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const setup of setups(set.task)) {
    const answers: Answered[] = [];
    for (const [i, one] of set.cases.entries()) {
      const seed = run.seed + i;
      const { template, ...how } = setup;
      const examples = setup.source === "own" ? set.ownExamples : [];
      answers.push(
        await run.answers.answer([run.identity, template, how, examples, one, seed], () =>
          askModel(run.model, setup, set, one, seed),
        ),
      );
    }
    measured.push({ set, setup, answers });
    const figure = MAIN_FIGURE[set.task];
    const score = figureOf(figure, scoreAnswers(set.task, pairs(set.cases, answers)));
    log(`${set.title}: ${describeSetup(setup)}: ${figure} ${score.toFixed(1)}`);
  }
  return measured;
}

/** Several sets of one task as one, such as all directions of translation. */
export function pool(title: string, all: readonly (readonly Measured[])[]): Measured[] {
  const [first = []] = all;
  return first.map(({ setup, set }, i) => ({
    setup,
    set: { ...set, title, cases: all.flatMap((measured) => measured[i]?.set.cases ?? []) },
    answers: all.flatMap((measured) => measured[i]?.answers ?? []),
  }));
}

export function tabulate(measured: readonly Measured[], seed: number): TaskTable {
  const [first] = measured;
  if (!first) throw new Error("Nothing was measured.");
  const { task, title, cases } = first.set;
  const zeroShot = measured.find(({ setup }) => isZeroShot(setup)) ?? first;
  const compared = scoreAnswers(task, pairs(cases, zeroShot.answers));
  const rows = measured.map((one): Row => {
    const scored = scoreAnswers(task, pairs(cases, one.answers));
    const { mode, shots, source, variant } = one.setup;
    return {
      name: describeSetup(one.setup),
      setup: { mode, shots, source, ...(variant === undefined ? {} : { variant }) },
      figures: estimateFigures(task, scored, seed),
      ...(one === zeroShot ? {} : { gain: estimateGain(MAIN_FIGURE[task], scored, compared, seed) }),
      shotsFitted: mean(one.answers.map((answer) => answer.shots)),
      secondsPerRecord: quantile(
        one.answers.map(({ seconds }) => seconds),
        0.5,
      ),
      wordsPerAnswer: wordsPerAnswer(one.answers.map(({ text }) => text)),
    };
  });
  return {
    task,
    title,
    cases: cases.length,
    rows: [...baselineRows(first.set, seed), ...rows],
    byKind: measured.flatMap((one) => byKind(one)),
  };
}

export function isZeroShot({ mode, shots, variant }: Setup): boolean {
  return mode === "generate" && shots === 0 && variant === undefined;
}

function baselineRows({ task, cases }: CaseSet, seed: number): Row[] {
  return BASELINES[task].map(({ name, answer }) => {
    const random = seededRandom(seed);
    const texts = cases.map((one) => answer(one, random));
    const scored = scoreAnswers(
      task,
      cases.map(({ reference }, i) => ({ text: texts[i] ?? "", reference })),
    );
    return { name, figures: estimateFigures(task, scored, seed), wordsPerAnswer: wordsPerAnswer(texts) };
  });
}

function byKind({ set, setup, answers }: Measured): TaskTable["byKind"] {
  const groups = Map.groupBy(pairs(set.cases, answers), ({ kind }) => kind);
  const figure = MAIN_FIGURE[set.task];
  const kinds = [...groups].flatMap(([kind, inside]) =>
    kind === undefined ? [] : [[kind, figureOf(figure, scoreAnswers(set.task, inside))] as const],
  );
  return kinds.length > 0 ? [{ name: describeSetup(setup), kinds: Object.fromEntries(kinds) }] : [];
}

function pairs(
  cases: readonly Case[],
  answers: readonly Answered[],
): { text: string; reference: string; kind: string | undefined }[] {
  return cases.map(({ reference, kind }, i) => ({ text: answers[i]?.text ?? "", reference, kind }));
}

function wordsPerAnswer(texts: readonly string[]): number {
  return mean(texts.map((text) => text.split(/\s+/).filter((word) => word !== "").length));
}
