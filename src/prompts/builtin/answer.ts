import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/**
 * The paper's reading comprehension: passage, the dialogue so far, the question and `A:`; greedy. A phrase is chosen from
 * the text unless a person asks for one that is written: docs/tasks.md has the figures.
 */
export const answer: TaskTemplate = {
  id: "answer",
  get title() {
    return l10n.t("Ask");
  },
  get description() {
    return l10n.t("Answer a question about a text");
  },
  pattern: "{input}\n\n{dialogue}Q: {question}\nA: {output}",
  separator: "\n\n",
  parameters: [
    {
      name: "question",
      get title() {
        return l10n.t("Question");
      },
      kind: "text",
    },
  ],
  examples: [
    {
      input:
        "The lighthouse on the island was built in 1872. Its lamp could be seen from thirty kilometres away. The last keeper, Martha Lund, left in 1968 when the lamp was made automatic.",
      values: { question: "Who was the last keeper?" },
      output: "Martha Lund",
    },
    {
      input:
        "Tea plants grow best in a warm and wet climate. The leaves are picked by hand, dried, and rolled. Black tea is left to oxidize before it is dried, while green tea is not.",
      values: { question: "What happens to black tea before it is dried?" },
      output: "it is left to oxidize",
    },
    {
      input:
        "Ana bought a blue bicycle from her neighbour on Saturday. The brakes did not work, so she took it to the shop in Mill Street, where they were repaired for twenty euros.",
      values: { question: "What colour is the bicycle?" },
      output: "blue",
    },
    {
      input:
        "The package fileview is a viewer for large text files. It is in the section text. It is maintained by Jon Keller. It opens files of any size at once, since it reads only what is shown.",
      values: { question: "What is fileview?" },
      output: "viewer for large text files",
    },
    {
      input:
        "The package quickmap is a tool to draw maps. It is in the section science. Its home page is https://quickmap.example. It is maintained by Eva Ruiz. It reads the common formats of geographic data and writes images.",
      values: { question: "Who maintains quickmap?" },
      output: "Eva Ruiz",
    },
  ],
  shots: 0,
  leastShots: 0,
  stop: ["\n"],
  maxTokens: 48,
  sampling: { temperature: 0 },
  cut: "line",
  scope: "document",
  longInput: "dropMiddle",
  extract: "spans",
  mode: "rank",
};
