/**
 * A text as a page's text area holds it, which has line feeds alone. What stands for a character keeps its length, by which
 * tokens are placed; for the text of a file see extension/actions/lineEnds.ts.
 */
export function withLineFeeds(text: string): string {
  return text.replaceAll("\r", "\n");
}
