/** Translation in both directions from a few example lines: WMT, and the embedded model's own kind. */
import { translate } from "../../prompts/builtin/translate.ts";
import { languageName } from "../../prompts/languages.ts";
import type { TaskExample, TaskTemplate } from "../../prompts/template.ts";
import { type Estimate, estimate } from "../bootstrap.ts";
import { readTranslations, type TranslationRecord } from "../data/documents.ts";
import type { EvalRun, EvalTask, Figure, OpenedTask } from "../evalTask.ts";
import { type BleuStatistics, bleuStatistics, corpusBleu } from "../metrics/bleu.ts";
import { type ChrfStatistics, chrfStatistics, corpusChrf } from "../metrics/chrf.ts";
import { takeExamples } from "./takeExamples.ts";
import { writeAnswer } from "./writeAnswer.ts";

interface Direction {
  readonly text: string;
  readonly bleu: BleuStatistics;
  readonly chrf: ChrfStatistics;
}

interface Translated {
  readonly fromEnglish: Direction;
  readonly toEnglish: Direction;
}

/** One prompt a segment, as the paper has it, and no examples but the set's own. */
const template: TaskTemplate = { ...translate, longInput: "dropMiddle", examples: [] };

export const TRANSLATION_TASKS: readonly EvalTask[] = [
  {
    id: "wmt",
    title: "WMT-14",
    description: "BLEU in both directions after example lines; .sgm or plain pairs of files, or JSON lines",
    files: ["wmt14-fr-en", "newstest2014-fren.jsonl"],
    source: "WMT 2014, newstest2014-fren-{src,ref}.*.sgm (dev and test sets)",
    licence: "free for research",
    needsModel: true,
    open: (run) => open(run, true),
  },
  {
    id: "translations",
    title: "Translations of package descriptions",
    description: "BLEU and chrF in both directions; {english, translation} a line, the language in the file's name",
    files: ["translations-fr.jsonl"],
    source: "bench/tasks/records of this repository",
    licence: "each description's own, all free (DFSG)",
    needsModel: true,
    open: (run) => open(run, false),
  },
];

const FEW = 5;

/** @param isPapers whether the paper has figures of this set, where its other language is French */
async function open(run: EvalRun, isPapers: boolean): Promise<OpenedTask<unknown, unknown>> {
  const { language, records } = await readTranslations(run.data);
  const other = languageName(language);
  const { examples, rest } = await takeExamples(records, run.options.shots ?? FEW);

  const ask = async (from: string, to: string, input: string, reference: string): Promise<Direction> => {
    const values = { from, to };
    const shown = examples.map((pair): TaskExample => {
      return from === "English"
        ? { input: pair.english, output: pair.other }
        : { input: pair.other, output: pair.english };
    });
    const { text } = await writeAnswer(run, template, { input, values, examples: shown });
    return { text, bleu: bleuStatistics(text, reference), chrf: chrfStatistics(text, reference) };
  };

  const opened: OpenedTask<TranslationRecord, Translated> = {
    records: rest,
    measure: async (pair) => ({
      fromEnglish: await ask("English", other, pair.english, pair.other),
      toEnglish: await ask(other, "English", pair.other, pair.english),
    }),
    summarize(outcomes, random) {
      const bleu = (way: keyof Translated): Estimate =>
        estimate(outcomes, (some) => corpusBleu(some.map((one) => one[way].bleu)), random);
      const chrf = (way: keyof Translated): Estimate =>
        estimate(outcomes, (some) => corpusChrf(some.map((one) => one[way].chrf)), random);
      const there = `English to ${other}`;
      const back = `${other} to English`;
      const compared = isPapers && language === "fr";
      const figures: Figure[] = [
        {
          ...bleu("toEnglish"),
          name: `BLEU, ${back}`,
          better: "higher",
          ...(compared ? { paper: "WMT-14 Fr-En BLEU" as const } : {}),
        },
        {
          ...bleu("fromEnglish"),
          name: `BLEU, ${there}`,
          better: "higher",
          ...(compared ? { paper: "WMT-14 En-Fr BLEU" as const } : {}),
        },
        { ...chrf("toEnglish"), name: `chrF, ${back}`, better: "higher" },
        { ...chrf("fromEnglish"), name: `chrF, ${there}`, better: "higher" },
      ];
      const note = `${examples.length} example lines, the first of the set; greedy, up to the end of the line. BLEU is sacrebleu's (13a, exp).`;
      return { figures, notes: [note] };
    },
  };
  return opened;
}
