/** Summaries: CNN/Daily Mail as the paper asks for them, and the embedded model's own kind. */
import { summarize as template } from "../../prompts/builtin/summarize.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import { runTask } from "../../tasks/runTask.ts";
import { sentencesOf } from "../../tasks/sentences.ts";
import { estimateMean } from "../bootstrap.ts";
import { type ArticleRecord, readArticles } from "../data/documents.ts";
import type { EvalRun, EvalTask, Figure, OpenedTask } from "../evalTask.ts";
import { rouge, rougeLsum } from "../metrics/rouge.ts";
import type { PaperColumn } from "../paperResults.ts";
import { writeAnswer } from "./writeAnswer.ts";

/** A way to come by a summary. */
interface Way {
  readonly name: string;
  readonly summarize: (article: string, seed: number) => string | Promise<string>;
  readonly paper?: readonly [PaperColumn, PaperColumn, PaperColumn];
}

/** ROUGE-1, -2 and -L from 0 to 1, by the way. */
interface Scores {
  readonly texts: Readonly<Record<string, string>>;
  readonly rouge: Readonly<Record<string, readonly [number, number, number]>>;
}

const SENTENCES = 3;
const ROUGES = ["ROUGE-1", "ROUGE-2", "ROUGE-L"] as const;
const PAPER = ["CNN/DM ROUGE-1", "CNN/DM ROUGE-2", "CNN/DM ROUGE-L"] as const;

export const CNN_DAILY_MAIL: EvalTask = {
  id: "cnndm",
  title: "CNN/Daily Mail",
  description: "ROUGE of summaries after `TL;DR:`, beside no hint, lede and random sentences; .story or JSON lines",
  files: ["cnn_dailymail", "cnn_dm.jsonl", "cnn_dm.json"],
  source: "Hermann et al. 2015, cnn_stories.tgz and dailymail_stories.tgz",
  licence: "Apache-2.0 (the scripts); the articles are their publishers'",
  needsModel: true,
  open: (run) =>
    Promise.resolve(
      open(run, [
        { name: "TL;DR", summarize: (article, seed) => write(run, template, article, seed), paper: PAPER },
        {
          name: "no hint",
          summarize: (article, seed) => write(run, { ...template, pattern: NO_HINT }, article, seed),
        },
        { name: "first three sentences", summarize: (article) => lede(article, SENTENCES) },
        { name: "three random sentences", summarize: (article, seed) => randomSentences(article, run.random(seed)) },
      ]),
    ),
};

export const OWN_SUMMARIES: EvalTask = {
  id: "summaries",
  title: "Summaries of package descriptions",
  description: "ROUGE of summaries chosen and written; {input, output} a line",
  files: ["summaries.jsonl"],
  source: "bench/tasks/records of this repository",
  licence: "each description's own, all free (DFSG)",
  needsModel: true,
  open: (run) =>
    Promise.resolve(
      open(run, [
        { name: "chosen", summarize: (text) => choose(run, text) },
        { name: "TL;DR", summarize: (text, seed) => write(run, template, text, seed) },
        { name: "first sentence", summarize: (text) => lede(text, 1) },
        { name: "three random sentences", summarize: (text, seed) => randomSentences(text, run.random(seed)) },
      ]),
    ),
};

const NO_HINT = "{input}\n{output}";

function open({ data, options }: EvalRun, ways: readonly Way[]): OpenedTask<unknown, unknown> {
  const opened: OpenedTask<ArticleRecord, Scores> = {
    records: readArticles(data),
    async measure({ article, summary }, index) {
      const texts: Record<string, string> = {};
      const scores: Record<string, [number, number, number]> = {};
      for (const way of ways) {
        const text = await way.summarize(article, options.seed + index);
        const lines = sentencesOf(text)
          .map((sentence) => sentence.text.replaceAll("\n", " "))
          .join("\n");
        const { rouge1, rouge2 } = rouge(lines, summary, "porter");
        texts[way.name] = text;
        scores[way.name] = [rouge1.fmeasure, rouge2.fmeasure, rougeLsum(lines, summary, "porter").fmeasure];
      }
      return { texts, rouge: scores };
    },
    summarize: (outcomes, random) => ({
      figures: ways.flatMap(({ name, paper }) =>
        ROUGES.map((rougeName, i): Figure => {
          const values = outcomes.map((outcome) => 100 * (outcome.rouge[name]?.[i] ?? 0));
          const column = paper?.[i];
          return {
            ...estimateMean(values, random),
            name: `${rougeName}, ${name}`,
            better: "higher",
            ...(column === undefined ? {} : { paper: column }),
          };
        }),
      ),
      notes: [
        "F-measures with Porter's stemmer; ROUGE-L is that of whole summaries, sentence by sentence. Of a text that does not fit the context the middle is left out.",
      ],
    }),
  };
  return opened;
}

/** The paper makes one summary of an article, not one of each part. */
async function write(run: EvalRun, own: TaskTemplate, input: string, seed: number): Promise<string> {
  const examples = template.examples.slice(0, run.options.shots ?? 0);
  return (await writeAnswer(run, { ...own, longInput: "dropMiddle" }, { input, examples, seed })).text;
}

/** Sentences of the text after which the rest of it is likeliest, as the editor summarizes. */
async function choose({ model, signal }: EvalRun, input: string): Promise<string> {
  return (await runTask(model, { template, input, values: {}, mode: "rank", shots: 0 }, signal)).text;
}

function lede(article: string, count: number): string {
  return sentencesOf(article)
    .slice(0, count)
    .map(({ text }) => text)
    .join("\n");
}

function randomSentences(article: string, random: () => number): string {
  const drawn = sentencesOf(article).map((sentence) => ({ sentence, lot: random() }));
  const chosen = drawn.toSorted((a, b) => a.lot - b.lot).slice(0, SENTENCES);
  return chosen
    .sort((a, b) => a.sentence.start - b.sentence.start)
    .map(({ sentence }) => sentence.text)
    .join("\n");
}
