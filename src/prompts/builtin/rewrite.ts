import type { TaskTemplate } from "../template.ts";

/** Whatever the user's own examples show: fix, reformat, shorten. */
export const rewrite: TaskTemplate = {
  id: "rewrite",
  title: "Rewrite by Example",
  description: "Change a text as your examples show",
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
