/** The training documents have two spaces for every tab, and no tabs. */
const TAB_AS_SPACES = "  ";

/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** Text as the model was trained on it. */
export function toModelText(text: string): string {
  return text.replaceAll("\t", TAB_AS_SPACES);
}

/** Whether the last indented line begins with a tab; `prefersTabs` decides where no line is indented. */
export function usesTabs(text: string, prefersTabs: boolean): boolean {
  const indents = text.match(/^[ \t]+(?=\S)/gm);
  return indents?.at(-1)?.startsWith("\t") ?? prefersTabs;
}

/**
 * The model's text as it stands in a document that is indented with tabs. The first line goes on where the cursor's
 * line ended, so that it is left alone unless the cursor stands in the indentation.
 */
export function indentWithTabs(text: string, cursorIsInIndent: boolean): string {
  const lines = text.split("\n");
  return lines.map((line, index) => (index === 0 && !cursorIsInIndent ? line : tabsFirst(line))).join("\n");
}

/** The text of a model that indents with tabs as it stands in a document that is indented with spaces. */
export function indentWithSpaces(text: string, cursorIsInIndent: boolean): string {
  if (!text.includes("\t")) return text;
  const lines = text.split("\n");
  return lines.map((line, index) => (index === 0 && !cursorIsInIndent ? line : spacesFirst(line))).join("\n");
}

function spacesFirst(line: string): string {
  const indent = indentOf(line);
  return toModelText(indent) + line.slice(indent.length);
}

function tabsFirst(line: string): string {
  const indent = toModelText(indentOf(line));
  const tabs = Math.floor(indent.length / TAB_AS_SPACES.length);
  return "\t".repeat(tabs) + " ".repeat(indent.length % TAB_AS_SPACES.length) + line.slice(indentOf(line).length);
}
