/** Questions about a passage: CoQA as the paper asks it, and the embedded model's own kind of questions. */
import { answer as template } from "../../prompts/builtin/answer.ts";
import { runTask } from "../../tasks/runTask.ts";
import { sentencesOf } from "../../tasks/sentences.ts";
import { type Estimate, estimateMean } from "../bootstrap.ts";
import { type DialogueRecord, type QuestionRecord, readCoqa, readQuestions } from "../data/documents.ts";
import { RecordError } from "../data/dataSource.ts";
import type { EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";
import { coqaScore, squadScore } from "../metrics/answerMatch.ts";
import { writeAnswer } from "./writeAnswer.ts";

interface Answered {
  readonly text: string;
  readonly exact: number;
  readonly f1: number;
}

export const COQA: EvalTask = {
  id: "coqa",
  title: "CoQA",
  description: "F1 of answers after the passage, the dialogue so far and `A:`, greedy; coqa-dev-v1.0.json",
  files: ["coqa/coqa-dev-v1.0.json", "coqa-dev-v1.0.json", "coqa.test.json"],
  source: "Reddy et al. 2019, coqa-dev-v1.0.json; the test set is in BIG-bench's package",
  licence: "CC BY-SA 4.0, CC BY 4.0, Apache-2.0, MSR-LA and RACE's own terms, by the passage's source",
  needsModel: true,
  open: (run) => Promise.resolve(openCoqa(run)),
};

function openCoqa(run: EvalRun): OpenedTask<unknown, unknown> {
  const examples = template.examples.slice(0, run.options.shots ?? 0);
  const opened: OpenedTask<DialogueRecord, Answered> = {
    records: readCoqa(run.data),
    async measure({ passage, turns, question, answers }) {
      const asked = { input: passage, values: { question }, dialogue: turns, examples };
      const { text } = await writeAnswer(run, template, asked);
      return { text, ...coqaScore(text, answers) };
    },
    summarize: (outcomes, random) => ({
      figures: [
        { ...percent(outcomes, "f1", random), name: "F1", better: "higher", paper: "CoQA F1" },
        { ...percent(outcomes, "exact", random), name: "exact match, %", better: "higher" },
      ],
      notes: ["Earlier turns have people's answers; what does not fit the context is left out, oldest turns first."],
    }),
  };
  return opened;
}

interface BothAnswers {
  readonly chosen: Answered;
  readonly written: Answered;
  readonly firstSentence: Answered;
}

export const OWN_QUESTIONS: EvalTask = {
  id: "questions",
  title: "Questions about package descriptions",
  description: "F1 of answers chosen and written; {input, question, output} a line",
  files: ["questions.jsonl"],
  source: "bench/tasks/records of this repository",
  licence: "each description's own, all free (DFSG)",
  needsModel: true,
  open: (run) => Promise.resolve(openQuestions(run)),
};

function openQuestions({ model, data, options, signal }: EvalRun): OpenedTask<unknown, unknown> {
  const opened: OpenedTask<QuestionRecord, BothAnswers> = {
    records: readQuestions(data),
    async measure({ passage, question, answers }) {
      if (passage === undefined) throw new RecordError("there is no passage");
      const ask = async (mode: "rank" | "generate"): Promise<Answered> => {
        const shots = options.shots ?? template.shots;
        const request = { template, input: passage, values: { question }, mode, shots };
        return scored((await runTask(model, request, signal)).text, answers);
      };
      return {
        chosen: await ask("rank"),
        written: await ask("generate"),
        firstSentence: scored(sentencesOf(passage)[0]?.text ?? "", answers),
      };
    },
    summarize: (outcomes, random) => ({
      figures: (["chosen", "written", "firstSentence"] as const).flatMap((way) => {
        const answered = outcomes.map((outcome) => outcome[way]);
        const name = { chosen: "chosen", written: "written", firstSentence: "first sentence" }[way];
        return [
          { ...percent(answered, "f1", random), name: `F1, ${name}`, better: "higher" as const },
          { ...percent(answered, "exact", random), name: `exact match, ${name}, %`, better: "higher" as const },
        ];
      }),
      notes: ["Chosen: the likeliest phrase of the passage, as the editor answers; written: greedy."],
    }),
  };
  return opened;
}

function scored(text: string, answers: readonly string[]): Answered {
  return { text, ...squadScore(text, answers) };
}

function percent(outcomes: readonly Answered[], by: "exact" | "f1", random: () => number): Estimate {
  return estimateMean(
    outcomes.map((outcome) => 100 * outcome[by]),
    random,
  );
}
