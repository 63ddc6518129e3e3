import type { TextEdit } from "../../shared/memory.ts";

/** A change as VS Code reports it, in a document as it was before. */
export interface DocumentChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly range: { readonly start: { readonly line: number }; readonly end: { readonly line: number } };
  readonly text: string;
}

/**
 * The changes of one event as edits of a text whose lines end in `\n`, to be applied one after the other.
 * @param isCrlf whether the document's lines end in `\r\n`
 */
export function toEdits(changes: readonly DocumentChange[], isCrlf: boolean): TextEdit[] {
  // All offsets are those before the event: from the end to the beginning none moves another.
  return changes
    .toSorted((a, b) => b.rangeOffset - a.rangeOffset)
    .map(({ rangeOffset, rangeLength, range: { start, end }, text }) => ({
      start: rangeOffset - (isCrlf ? start.line : 0),
      removed: rangeLength - (isCrlf ? end.line - start.line : 0),
      text: text.replaceAll("\r\n", "\n"),
    }));
}
