import { sentencesOf } from "./sentences.ts";
import type { Dropped, TaskProgress, TaskResult } from "./task.ts";
import { fitRun, type TaskRun, toAnswer, toResult, write } from "./taskRun.ts";
import type { FittedPrompt } from "./fitPrompt.ts";
import { addDropped } from "./addDropped.ts";
import type { WrittenAnswer } from "./writeAnswers.ts";

/** Minutes of work; what comes after them is left out. */
const MOST_SENTENCES = 200;

/** Does a task on each sentence of the input, and joins the answers as the sentences stand there. */
export async function eachSentence(run: TaskRun, onProgress: (progress: TaskProgress) => void): Promise<TaskResult> {
  const { input } = run.request;
  const all = sentencesOf(input);
  const sentences = all.slice(0, MOST_SENTENCES);
  const leftOut = all.slice(MOST_SENTENCES).reduce((sum, { text }) => sum + text.length, 0);
  let dropped: Dropped = { examples: 0, turns: 0, characters: leftOut };
  /** The answers to each sentence, and what stands before it. */
  const answers: { between: string; written: WrittenAnswer[] }[] = [];
  let fitted: FittedPrompt | undefined;
  for (const [i, { text, start }] of sentences.entries()) {
    // A prompt of lines must have its input on one.
    const line = text.replaceAll(/\s+/g, " ");
    const previous = sentences[i - 1];
    const between = previous ? joint(input.slice(previous.end, start)) : "";
    fitted = await fitRun(run, line);
    dropped = addDropped(dropped, fitted.dropped);
    const isFirst = answers.every(({ written: [first] }) => first?.text === "");
    let begun = "";
    const written = await write(run, fitted, line, run.alternatives, (answer) => {
      onProgress({ kind: "text", text: begun === "" && !isFirst ? between + answer : answer });
      begun += answer;
    });
    answers.push({ between, written });
    if (sentences.length === 1) continue;
    onProgress({ kind: "part", index: i, count: sentences.length, text: written[0]?.text ?? "" });
  }
  if (!fitted) throw new TypeError("An input that is not blank has a sentence.");

  const texts = Array.from({ length: run.alternatives }, (_, k) =>
    joined(answers.map(({ between, written }) => ({ between, answer: written[k] ?? written.at(-1) }))),
  );
  const differing = texts.filter(({ text }, k) => texts.findIndex((other) => other.text === text) === k);
  const parts = sentences.length === 1 ? [] : answers.map(({ written: [first] }) => toAnswer(run, first ?? NOTHING));
  return toResult(
    run,
    "generate",
    { ...fitted, dropped },
    differing.map((one) => toAnswer(run, one)),
    { parts },
  );
}

const NOTHING: WrittenAnswer = { text: "", logprob: 0, tokens: 0 };

/** What stands between two sentences: a space, a line break or a blank line. */
function joint(between: string): string {
  const breaks = between.split("\n").length - 1;
  return breaks === 0 ? " " : "\n".repeat(Math.min(breaks, 2));
}

function joined(answers: readonly { between: string; answer: WrittenAnswer | undefined }[]): WrittenAnswer {
  return answers.reduce(
    ({ text, logprob, tokens }, { between, answer = NOTHING }) =>
      answer.text === ""
        ? { text, logprob, tokens }
        : {
            text: text === "" ? answer.text : text + between + answer.text,
            logprob: logprob + answer.logprob,
            tokens: tokens + answer.tokens,
          },
    NOTHING,
  );
}
