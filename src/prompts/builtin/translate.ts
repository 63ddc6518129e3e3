import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";
import { TRANSLATIONS } from "./phrases.ts";

/** The paper's `english sentence = french sentence` lines, between any two languages; greedy, the first sentence. */
export const translate: TaskTemplate = {
  id: "translate",
  get title() {
    return l10n.t("Translate");
  },
  get description() {
    return l10n.t("Translate into another language");
  },
  pattern: "{input} = {output}",
  separator: "\n",
  parameters: [
    {
      name: "from",
      get title() {
        return l10n.t("From language");
      },
      kind: "language",
      default: "English",
    },
    {
      name: "to",
      get title() {
        return l10n.t("Target language");
      },
      kind: "language",
    },
  ],
  examples: TRANSLATIONS,
  shots: 5,
  leastShots: 0,
  // A second equals sign translates back.
  stop: ["\n", " = "],
  maxTokens: 100,
  sampling: { temperature: 0 },
  cut: "line",
  scope: "paragraph",
  longInput: "eachSentence",
  mode: "generate",
};
