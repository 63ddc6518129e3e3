import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** The first line of a commit message for a diff, as examples show. */
export const commitMessage: TaskTemplate = {
  id: "commit-message",
  get title() {
    return l10n.t("Write Commit Message");
  },
  get description() {
    return l10n.t("One line that says what a diff changes");
  },
  pattern: "{input}\nCommit message: {output}",
  separator: "\n\n",
  parameters: [],
  examples: [
    {
      input:
        "--- a/src/parse.ts\n+++ b/src/parse.ts\n-  const count = text.length;\n+  const count = text.trim().length;",
      output: "Ignore white space around the text when counting",
    },
    {
      input: '--- a/package.json\n+++ b/package.json\n-    "typescript": "5.4.2",\n+    "typescript": "5.5.0",',
      output: "Update typescript to 5.5.0",
    },
    {
      input: "--- a/README.md\n+++ b/README.md\n+## Install\n+\n+Run `npm install` in the folder.",
      output: "Tell in the README how to install",
    },
  ],
  shots: 3,
  leastShots: 0,
  stop: ["\n"],
  maxTokens: 32,
  sampling: { temperature: 0 },
  cut: "line",
  scope: "changes",
  longInput: "dropMiddle",
  mode: "generate",
};
