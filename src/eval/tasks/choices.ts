/** Which of some words belongs into a gap: Children's Book Test and Winograd schemas. */
import { estimateMean } from "../bootstrap.ts";
import { type ClozeRecord, readChildrensBooks, readWinograd } from "../data/sentences.ts";
import type { EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";
import type { PaperColumn } from "../paperResults.ts";

/** Natural logarithms of probabilities, a choice each. */
interface ChoiceScores {
  /** Of the choice and the rest of the sentence. */
  readonly full: readonly number[];
  /** Of the rest of the sentence after the choice. */
  readonly partial: readonly number[];
  readonly answer: number;
}

function childrensBooks(id: "cbt-cn" | "cbt-ne", kind: string, paper: PaperColumn): EvalTask {
  const code = id === "cbt-cn" ? "CN" : "NE";
  return {
    id,
    title: `Children's Book Test, ${kind}`,
    description: `accuracy of ten choices by choice and rest of sentence; cbtest_${code}_test_2500ex.txt`,
    files: [`CBTest/data/cbtest_${code}_test_2500ex.txt`, `cbtest_${code}_test_2500ex.txt`],
    source: "Hill et al. 2016, CBTest.tgz",
    licence: "text of Project Gutenberg (public domain)",
    needsModel: true,
    open: (run) =>
      Promise.resolve(
        open(run, readChildrensBooks(run.data), (outcomes, random) => ({
          figures: [{ ...accuracy(outcomes, "full", random), name: "accuracy, %", better: "higher", paper }],
          notes: [],
        })),
      ),
  };
}

export const CHOICE_TASKS: readonly EvalTask[] = [
  childrensBooks("cbt-cn", "common nouns", "CBT-CN accuracy"),
  childrensBooks("cbt-ne", "named entities", "CBT-NE accuracy"),
  {
    id: "winograd",
    title: "Winograd schemas",
    description: "accuracy by partial and full scoring; WSCollection.xml, or WSC273 as JSON lines",
    files: ["winograd/WSCollection.xml", "winograd/wsc273.jsonl", "WSCollection.xml", "wsc273.jsonl"],
    source: "Levesque et al. 2012, WSCollection.xml; or the hub's winograd_wsc",
    licence: "CC BY 4.0",
    needsModel: true,
    open: (run) =>
      Promise.resolve(
        open(run, readWinograd(run.data), (outcomes, random) => ({
          figures: [
            {
              ...accuracy(outcomes, "partial", random),
              name: "accuracy, partial scoring, %",
              better: "higher",
              paper: "Winograd accuracy",
            },
            { ...accuracy(outcomes, "full", random), name: "accuracy, full scoring, %", better: "higher" },
          ],
          notes: [],
        })),
      ),
  },
];

function open(
  { model, signal }: EvalRun,
  records: AsyncIterable<ClozeRecord>,
  summarize: OpenedTask<ClozeRecord, ChoiceScores>["summarize"],
): OpenedTask<unknown, unknown> {
  const opened: OpenedTask<ClozeRecord, ChoiceScores> = {
    records,
    async measure({ before, after, choices, answer }) {
      const space = before === "" ? "" : " ";
      const filled = choices.map((choice) => `${space}${choice}`);
      const whole = filled.map((text) => `${text}${after}`);
      // In one request what all have in common is read once. The longest candidate must fit, and the context may not.
      const { candidates } = await model.rank(
        { prompt: before, candidates: [...whole, ...filled], overflow: "keepEnd" },
        signal,
      );
      const full = choices.map((_, i) => candidates[i]?.logprob ?? NaN);
      const partial = full.map((logprob, i) => logprob - (candidates[choices.length + i]?.logprob ?? NaN));
      return { full, partial, answer };
    },
    summarize,
  };
  return opened;
}

function accuracy(outcomes: readonly ChoiceScores[], by: "full" | "partial", random: () => number) {
  return estimateMean(
    outcomes.map((outcome) => (best(outcome[by]) === outcome.answer ? 100 : 0)),
    random,
  );
}

function best(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
