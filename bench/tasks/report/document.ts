import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import type { Estimate } from "../../../src/eval/bootstrap.ts";
import { CALIBRATIONS } from "../../../src/tasks/calibrations.ts";
import { FIGURES, FIGURES_OF, MAIN_FIGURE, type TasksResult, type TaskTable } from "../result.ts";
import { abilitiesOf } from "./abilities.ts";
import { calibrationsFile } from "./calibrationsFile.ts";
import { type ReliabilityPanel, plotReliability } from "../../report/reliabilityPlot.ts";
import type { Calibrated } from "../calibrate.ts";
import { MODE_COLORS, plotTasks } from "./plots.ts";

const DOCUMENT = "docs/tasks.md";
const PLOT = "images/tasks.svg";
const RELIABILITY_PLOT = "images/tasks-reliability.svg";

/** What a person has to say stands between these, and stays when the figures are written again. */
const NOTES_BEGIN = "<!-- notes: kept by `npm run bench:tasks -- --write` -->";
const NOTES_END = "<!-- end of notes -->";

/** Writes the page, its plots, the card's `tasks.json` into the model's folder, and the calibration. */
export async function writeResult(root: string, modelFolder: string, result: TasksResult): Promise<void> {
  const file = path.join(root, DOCUMENT);
  const notes = fs.existsSync(file) ? notesOf(fs.readFileSync(file, "utf8")) : "";
  fs.mkdirSync(path.join(root, "docs", path.dirname(PLOT)), { recursive: true });
  fs.writeFileSync(path.join(root, "docs", PLOT), plotTasks(overall(result)));
  if (result.calibrations.length > 0) {
    fs.writeFileSync(path.join(root, "docs", RELIABILITY_PLOT), plotReliability(result.calibrations.map(panelOf)));
  }
  await writeFormatted(file, documentOf(result, notes));
  fs.writeFileSync(path.join(modelFolder, "tasks.json"), `${JSON.stringify(abilitiesOf(result), null, 2)}\n`);
  // The manifest has the hash of each file of the embedded models.
  execFileSync(process.execPath, [path.join(root, "scripts", "lib", "modelManifest.mjs")]);
  const learnt = result.calibrations.map(({ calibration }) => calibration);
  const calibrations = calibrationsFile(CALIBRATIONS, result.model, learnt);
  await writeFormatted(path.join(root, "src", "tasks", "calibrations.ts"), calibrations);
}

function panelOf({ calibration: { task, mode }, bins }: Calibrated): ReliabilityPanel {
  return { title: `${task}, ${mode}: share that was right`, bins, color: MODE_COLORS[mode] };
}

/** As `npm run format` would leave it. */
async function writeFormatted(file: string, text: string): Promise<void> {
  const config = await prettier.resolveConfig(file);
  fs.writeFileSync(file, await prettier.format(text, { ...config, filepath: file }));
}

function notesOf(text: string): string {
  const begin = text.indexOf(NOTES_BEGIN);
  const end = text.indexOf(NOTES_END);
  return begin === -1 || end < begin ? "" : text.slice(begin + NOTES_BEGIN.length, end).trim();
}

/** The first table of each task, which has all of its cases. */
function overall({ tables }: TasksResult): TaskTable[] {
  return tables.filter(({ task }, i) => tables.findIndex((other) => other.task === task) === i);
}

/** @param notes Markdown of a person's, kept from the page before */
export function documentOf(result: TasksResult, notes = ""): string {
  const { model, sha256, dtype, date, command, seed } = result;
  const sections = [
    "# Tasks, measured",
    `How well \`${model}\` summarizes, answers and translates, with no, one and five examples in the prompt, written and chosen from the text, beside baselines that need no model. Measured on ${date} by \`${command}\`: weights ${sha256.slice(0, 16)}… (SHA-256) in ${dtype}, seed ${seed}.`,
    RECORDS,
    [NOTES_BEGIN, ...(notes === "" ? [] : ["", notes, ""]), NOTES_END].join("\n"),
    "## What it can do",
    abilitiesTable(result),
    ABILITIES_NOTE,
    `![Bars of each way to ask; the tables below have the numbers](${PLOT})`,
    ...result.tables.flatMap((table) => [heading(table, result), resultsTable(table), ...kindsTable(table)]),
    "## How sure, and how right",
    ...calibrationSections(result),
    "## How it is measured",
    METHOD,
  ];
  return `${sections.join("\n\n")}\n`;
}

const RECORDS =
  "The records are of the kinds that the embedded model was trained on, from Debian packages that are newer than its training text ([where they come from](../bench/tasks/records/README.md)). Other models may not have been trained on such text, or may have read these very packages.";

const ABILITIES_NOTE =
  "*None*: certainly worse than the best baseline. *Weak*: no better than it, or far from usable. *Fair*: ROUGE-L of 25, F1 of 40, chrF of 35, and better than any baseline. *Good*: 35, 70, 50. The model's card (`tasks.json`) says the same, and the editor tells it to who runs the task.";

const METHOD = [
  "* Every answer is made by the function that the editor and the command line use (`src/tasks/runTask.ts`), with the built-in template. A prompt that does not fit drops its oldest examples: *shots that fit* is how many stayed on average.",
  "* *Of the template*: the examples that come with Localghost. *Of the same kind*: other held-out records, as a person gets them who remembers examples of their own.",
  "* ROUGE is rouge-score's (Porter's stemmer, F-measure), exact match and F1 are SQuAD's, BLEU (13a, exponential smoothing) and chrF2 are sacrebleu's, of the whole corpus; `test/unit/eval` compares them with the originals.",
  "* The interval in parentheses holds 95% of the figures of 1,000 bootstrap samples of the records. The gain is over generation without examples on the same records, and its interval draws the same records for both.",
  "* Three random sentences and a random phrase are drawn once, with the seed. Summaries are drawn from the two likeliest tokens as the paper does it, each with a seed of its own.",
  "* Seconds are medians of a machine that others use as well: an order of magnitude.",
].join("\n");

function heading({ task, title, cases }: TaskTable, { recommendations }: TasksResult): string {
  const name = title.charAt(0).toUpperCase() + title.slice(1);
  if (task === "translate" && title !== "all directions") return `### ${name}, ${cases} records`;
  const chosen = recommendations.find((one) => one.task === task);
  const main = `## ${task === "translate" ? "Translate, all directions" : name}, ${cases} records`;
  return chosen ? `${main}\n\nBest default: **${chosen.name}**.` : main;
}

function resultsTable({ task, rows }: TaskTable): string {
  const figures = FIGURES_OF[task];
  const header = [
    "",
    ...figures.map((figure) => FIGURES[figure]),
    `gain, ${FIGURES[MAIN_FIGURE[task]]}`,
    "shots that fit",
    "words",
    "seconds",
  ];
  return table(
    header,
    rows.map(({ name, figures: values, gain, shotsFitted, wordsPerAnswer, secondsPerRecord }) => [
      name,
      ...figures.map((figure) => formatEstimate(values[figure])),
      gain ? `${gain.value >= 0 ? "+" : ""}${gain.value.toFixed(1)} (${interval(gain)})` : "",
      shotsFitted?.toFixed(1) ?? "",
      wordsPerAnswer.toFixed(0),
      secondsPerRecord?.toFixed(2) ?? "",
    ]),
  );
}

/** Of questions, what is asked for. */
function kindsTable({ task, byKind }: TaskTable): string[] {
  const [first] = byKind;
  if (!first) return [];
  const kinds = Object.keys(first.kinds);
  return [
    `${FIGURES[MAIN_FIGURE[task]]} by what is asked for:`,
    table(
      ["", ...kinds],
      byKind.map(({ name, kinds: values }) => [name, ...kinds.map((kind) => (values[kind] ?? 0).toFixed(1))]),
    ),
  ];
}

function abilitiesTable(result: TasksResult): string {
  return table(
    ["task", "ability", "", "best default", "measured", "best baseline"],
    Object.entries(abilitiesOf(result)).map(([task, { ability, note, measured }]) => [
      task,
      `**${ability}**`,
      note,
      `${measured.mode}, ${measured.shots} shots`,
      `${measured.figure} ${measured.value.toFixed(1)} (${measured.interval.map((end) => end.toFixed(1)).join(" to ")})`,
      `${measured.bestBaseline.name}: ${measured.bestBaseline.value.toFixed(1)}`,
    ]),
  );
}

function calibrationSections({ calibrations }: TasksResult): string[] {
  if (calibrations.length === 0) {
    return [
      "Too few answers were right, or too few wrong, to learn from a model's probabilities which are: results show the mean probability of their tokens, and no chance of being right.",
    ];
  }
  return [
    "The chance that an answer is right to the word, learnt by logistic regression on half of the questions and tested on the other half. The error is the expected calibration error over ten bins: 0 is perfect. A Brier score under that of always stating the average means that the chances tell right answers from wrong ones. It holds for questions of this kind: on other texts nothing was measured.",
    table(
      [
        "task",
        "mode",
        "fitted on",
        "tested on",
        "right",
        "error",
        "error of the bare token probability",
        "Brier score",
        "of the average",
      ],
      calibrations.map((one) => [
        one.calibration.task,
        one.calibration.mode,
        String(one.fitted),
        String(one.tested),
        `${(100 * one.accuracy).toFixed(0)}%`,
        one.expectedCalibrationError.toFixed(3),
        one.uncalibratedError.toFixed(3),
        one.brier.toFixed(3),
        one.brierOfConstant.toFixed(3),
      ]),
    ),
    `![Reliability: stated chances against what happened](${RELIABILITY_PLOT})`,
  ];
}

function formatEstimate(estimate: Estimate | undefined): string {
  return estimate ? `${estimate.value.toFixed(1)} (${interval(estimate)})` : "";
}

function interval({ low, high }: Estimate): string {
  return `${low.toFixed(1)} to ${high.toFixed(1)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
