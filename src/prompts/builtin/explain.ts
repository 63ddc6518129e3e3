import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** What code does, in one sentence, as examples show. */
export const explain: TaskTemplate = {
  id: "explain",
  get title() {
    return l10n.t("Explain");
  },
  get description() {
    return l10n.t("Say what code does");
  },
  pattern: "{input}\nThis code {output}",
  separator: "\n\n",
  parameters: [],
  examples: [
    {
      input: "function area(width, height) {\n  return width * height;\n}",
      output: "computes the area of a rectangle.",
    },
    {
      input: 'with open(path) as file:\n    lines = [line.strip() for line in file if line != "\\n"]',
      output: "reads the lines of a file that are not empty.",
    },
    {
      input: "const names = users.filter((user) => user.active).map((user) => user.name);",
      output: "collects the names of all active users.",
    },
  ],
  shots: 3,
  leastShots: 0,
  stop: ["\n"],
  maxTokens: 60,
  sampling: { temperature: 0 },
  cut: "sentence",
  scope: "function",
  longInput: "dropMiddle",
  mode: "generate",
};
