/** Questions without a passage: exact match, and how far the model's probabilities tell right answers from wrong ones. */
import { dialogue } from "../../prompts/builtin/dialogue.ts";
import type { TaskExample, TaskTemplate } from "../../prompts/template.ts";
import { estimateMean, mean } from "../bootstrap.ts";
import { type QuestionRecord, readQuestions } from "../data/documents.ts";
import type { CurvePoint, EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";
import { squadScore } from "../metrics/answerMatch.ts";
import { takeExamples } from "./takeExamples.ts";
import { writeAnswer } from "./writeAnswer.ts";

interface Answered {
  readonly text: string;
  readonly exact: number;
  readonly f1: number;
  /** exp of the mean log-probability of the answer's tokens. */
  readonly confidence: number;
}

const template: TaskTemplate = { ...dialogue, examples: [] };
const FEW = 5;
/** The paper gives the first. */
const SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

export const QUESTION_ANSWERING: EvalTask = {
  id: "nq",
  title: "Natural Questions",
  description: "exact match after example pairs, and accuracy by confidence; NQ-open.dev.jsonl or any questions",
  files: ["nq/NQ-open.dev.jsonl", "NQ-open.dev.jsonl", "qa_wikidata.json"],
  source: "Lee et al. 2019, NQ-open.dev.jsonl; BIG-bench's qa_wikidata/task.json has the same form",
  licence: "CC BY-SA 3.0 (Natural Questions), Apache-2.0 (BIG-bench)",
  needsModel: true,
  open,
};

async function open(run: EvalRun): Promise<OpenedTask<unknown, unknown>> {
  const { examples, rest } = await takeExamples(readQuestions(run.data), run.options.shots ?? FEW);
  const shown = examples.map(({ question, answers: [output = ""] }): TaskExample => ({ input: question, output }));
  const opened: OpenedTask<QuestionRecord, Answered> = {
    records: rest,
    async measure({ question, answers }) {
      const { text, confidence } = await writeAnswer(run, template, { input: question, examples: shown });
      return { text, ...squadScore(text, answers), confidence };
    },
    summarize(outcomes, random) {
      const percent = (by: "exact" | "f1") =>
        estimateMean(
          outcomes.map((outcome) => 100 * outcome[by]),
          random,
        );
      const curve = confidenceCurve(outcomes);
      return {
        figures: [
          {
            ...percent("exact"),
            name: "exact match, %",
            better: "higher",
            paper: "Natural Questions exact match",
          },
          { ...percent("f1"), name: "F1", better: "higher" },
        ],
        curve,
        notes: [
          `${shown.length} example pairs, the first of the set; greedy. Surest first by the mean probability of the answer's tokens; the paper's largest model was right on 63.1% of the surest 1%, this one on ${((curve[0]?.accuracy ?? 0) * 100).toFixed(1)}%.`,
        ],
      };
    },
  };
  return opened;
}

/** Accuracy on the answers that the model was surest of, one of them at least. */
export function confidenceCurve(outcomes: readonly Pick<Answered, "exact" | "confidence">[]): CurvePoint[] {
  const surest = outcomes.toSorted((a, b) => b.confidence - a.confidence);
  return SHARES.map((share) => {
    const taken = surest.slice(0, Math.max(1, Math.round(share * surest.length)));
    return { share, accuracy: mean(taken.map(({ exact }) => exact)) };
  });
}
