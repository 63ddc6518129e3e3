import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/**
 * The paper's hint after the text; drawn from the two likeliest tokens, the first three sentences of 100 tokens. Three
 * sentences are chosen from the text unless a person asks for one that is written: docs/tasks.md has the figures.
 */
export const summarize: TaskTemplate = {
  id: "summarize",
  get title() {
    return l10n.t("Summarize");
  },
  get description() {
    return l10n.t("Say it in a few sentences");
  },
  pattern: "{input}\nTL;DR: {output}",
  separator: "\n\n",
  parameters: [],
  examples: [
    {
      input:
        "The town library will close for six weeks this summer while its roof is repaired. Books can still be borrowed from a bus that stops in the market square every afternoon. Fines for late returns are waived until the library opens again in September.",
      output: "The library is closed for repairs this summer, and a bus lends books instead.",
    },
    {
      input:
        "Bees find their way back to the hive by the position of the sun and by landmarks. A bee that has found flowers dances on the comb: the angle of the dance shows the direction, and its length shows the distance. Other bees follow the dance and fly to the same place.",
      output: "Bees tell each other by a dance where flowers are.",
    },
    {
      input:
        "Our meeting on Monday moved to Wednesday at ten because two of us are on a train until Tuesday night. Please send your figures by Tuesday noon, so that they can be printed. The room is the same as before.",
      output: "The meeting is now on Wednesday at ten, and figures are due by Tuesday noon.",
    },
    {
      input:
        "This package reads and writes archives in the common formats. It can list the files in an archive, extract some or all of them, and add new ones. It works on streams, so that archives larger than the memory can be handled. A command line tool is included.",
      output: "library and tool for reading and writing archives",
    },
    {
      input:
        "A simple program that watches a folder and runs a command whenever a file in it changes. Patterns choose which files are watched. Several changes in a short time are taken together, so that the command does not run more often than needed.",
      output: "run a command when files change",
    },
  ],
  shots: 0,
  leastShots: 0,
  stop: ["\nTL;DR:"],
  maxTokens: 100,
  sampling: { temperature: 1, topK: 2 },
  cut: "threeSentences",
  scope: "paragraph",
  longInput: "inParts",
  extract: "keySentences",
  mode: "rank",
};
