/** A piece of a text, in UTF-16 code units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Some characters of a text were taken away, and others put in their place. */
export interface TextChange {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: number;
}

/**
 * Where a piece stands after the changes of one edit, whose offsets all refer to the text before it. What is typed at
 * either end does not belong to the piece. Undefined when nothing of it is left.
 */
export function adjustRange(range: TextRange, changes: readonly TextChange[]): TextRange | undefined {
  // From the end of the text to its beginning: no change moves those that are still to come.
  const fromEnd = changes.toSorted((a, b) => b.offset - a.offset);
  let adjusted: TextRange | undefined = range;
  for (const change of fromEnd) adjusted = adjusted && adjustOnce(adjusted, change);
  return adjusted;
}

function adjustOnce({ start, end }: TextRange, { offset, removed, inserted }: TextChange): TextRange | undefined {
  const changeEnd = offset + removed;
  const growth = inserted - removed;
  if (changeEnd <= start) return { start: start + growth, end: end + growth };
  if (offset >= end) return { start, end };
  // Typed over, or put back by an undo: the new text stands where the piece stood.
  if (offset === start && changeEnd === end && inserted > 0) return { start, end: start + inserted };
  if (offset <= start && changeEnd >= end) return undefined;
  if (offset <= start) return { start: offset + inserted, end: end + growth };
  if (changeEnd >= end) return { start, end: offset };
  return { start, end: end + growth };
}
