import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** The paper's open questions, seeded with example pairs: the model has nothing to answer from but what it learnt. */
export const dialogue: TaskTemplate = {
  id: "dialogue",
  get title() {
    return l10n.t("Ask Without a Text");
  },
  get description() {
    return l10n.t("Answer the question that is selected from what the model learnt");
  },
  pattern: "{dialogue}Q: {input}\nA: {output}",
  separator: "\n",
  parameters: [],
  examples: [
    { input: "How many days are there in a week?", output: "seven" },
    { input: "What is the capital of France?", output: "Paris" },
    { input: "Who wrote Hamlet?", output: "William Shakespeare" },
    { input: "Which planet is closest to the sun?", output: "Mercury" },
    { input: "In what year did the first person walk on the moon?", output: "1969" },
  ],
  shots: 5,
  leastShots: 0,
  stop: ["\n"],
  maxTokens: 48,
  sampling: { temperature: 0 },
  cut: "line",
  scope: "paragraph",
  longInput: "dropMiddle",
  mode: "generate",
};
