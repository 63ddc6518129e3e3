import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** Plain language modelling, drawn from the 40 likeliest tokens as the paper's samples are. */
export const continueText: TaskTemplate = {
  id: "continue",
  get title() {
    return l10n.t("Continue");
  },
  get description() {
    return l10n.t("Write on from here");
  },
  pattern: "{input}{output}",
  separator: "\n\n",
  parameters: [],
  examples: [],
  shots: 0,
  leastShots: 0,
  stop: [],
  maxTokens: 100,
  sampling: { temperature: 1, topK: 40 },
  cut: "all",
  scope: "beforeCursor",
  longInput: "dropBeginning",
  mode: "generate",
};
