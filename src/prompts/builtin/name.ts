import * as l10n from "@vscode/l10n";
import type { TaskTemplate } from "../template.ts";

/** An identifier for code, as examples show. */
export const name: TaskTemplate = {
  id: "name",
  get title() {
    return l10n.t("Suggest a Name");
  },
  get description() {
    return l10n.t("An identifier for code");
  },
  pattern: "{input}\nName: {output}",
  separator: "\n\n",
  parameters: [],
  examples: [
    { input: "(a, b) => a + b", output: "add" },
    { input: "function f(items) {\n  return items.length === 0;\n}", output: "isEmpty" },
    {
      input: 'def f(path):\n    with open(path) as file:\n        return file.read().split("\\n")',
      output: "read_lines",
    },
    { input: "const x = users.filter((user) => user.active).length;", output: "activeUserCount" },
  ],
  shots: 4,
  leastShots: 0,
  stop: ["\n"],
  maxTokens: 16,
  sampling: { temperature: 0 },
  cut: "line",
  scope: "function",
  longInput: "dropMiddle",
  mode: "generate",
};
