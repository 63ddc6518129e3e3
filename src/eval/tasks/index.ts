import type { EvalTask } from "../evalTask.ts";
import { CHOICE_TASKS } from "./choices.ts";
import { CODE } from "./code.ts";
import { LAMBADA } from "./lambada.ts";
import { LANGUAGE_MODELLING } from "./languageModelling.ts";
import { MEMORIZATION } from "./memorization.ts";
import { QUESTION_ANSWERING } from "./questionAnswering.ts";
import { COQA, OWN_QUESTIONS } from "./readingComprehension.ts";
import { CNN_DAILY_MAIL, OWN_SUMMARIES } from "./summarization.ts";
import { TRANSLATION_TASKS } from "./translation.ts";

const [WMT, OWN_TRANSLATIONS] = TRANSLATION_TASKS as [EvalTask, EvalTask];

/** All benchmarks, those of the paper first and in its order. */
export const EVAL_TASKS: readonly EvalTask[] = [
  ...LANGUAGE_MODELLING,
  LAMBADA,
  ...CHOICE_TASKS,
  COQA,
  CNN_DAILY_MAIL,
  WMT,
  QUESTION_ANSWERING,
  MEMORIZATION,
  CODE,
  OWN_SUMMARIES,
  OWN_QUESTIONS,
  OWN_TRANSLATIONS,
];

export function findEvalTask(id: string): EvalTask | undefined {
  return EVAL_TASKS.find((task) => task.id === id);
}
