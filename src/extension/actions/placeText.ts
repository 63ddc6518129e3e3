import type { DocumentSource } from "./result.ts";

/**
 * Text that goes behind the end of a source, from where an answer's words go on.
 * @param isBeforeLine whether it goes before the first character of a line
 */
export function textToInsert(
  answer: string,
  { insertion, text }: Pick<DocumentSource, "insertion" | "text">,
  isBeforeLine: boolean,
): string {
  if (insertion === "below") return isBeforeLine ? `${answer}\n` : `\n${answer}`;
  // Answers begin without a space, and two words must not become one.
  return /\w$/.test(text) && /^\w/.test(answer) ? ` ${answer}` : answer;
}

/** Text that takes the place of a source: a selection of whole lines stays one. */
export function textToReplace(answer: string, { text }: Pick<DocumentSource, "text">): string {
  return text.endsWith("\n") && !answer.endsWith("\n") ? `${answer}\n` : answer;
}
