import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** Whatever the user's own examples show: fix, reformat, shorten. */
export const rewrite: TaskTemplate = {
  id: "rewrite",
  get title() {
    return l10n.t("Rewrite by Example");
  },
  get description() {
    return l10n.t("Change a text as your examples show");
  },
  pattern: "Before:\n{input}\nAfter:\n{output}",
  separator: "\n\n",
  parameters: [],
  examples: [],
  shots: 3,
  leastShots: 1,
  stop: ["\n\nBefore:", "\nBefore:"],
  maxTokens: 200,
  sampling: { temperature: 0 },
  cut: "all",
  scope: "paragraph",
  longInput: "dropMiddle",
  mode: "generate",
};
