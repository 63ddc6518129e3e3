/** Lines of a text, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** The lines of a document, as VS Code counts them. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly isEmptyOrWhitespace: boolean };
}

/**
 * The paragraph that a line belongs to: the lines around it up to blank ones. A blank line belongs to the paragraph above
 * it, else to the one below. Undefined where no text is.
 */
export function paragraphAt(lines: Lines, line: number): LineRange | undefined {
  const inside = nearestWritten(lines, line);
  if (inside === undefined) return undefined;
  let first = inside;
  while (first > 0 && !isBlank(lines, first - 1)) first--;
  let last = inside;
  while (last < lines.lineCount - 1 && !isBlank(lines, last + 1)) last++;
  return { first, last };
}

function nearestWritten(lines: Lines, line: number): number | undefined {
  for (let above = line; above >= 0; above--) if (!isBlank(lines, above)) return above;
  for (let below = line + 1; below < lines.lineCount; below++) if (!isBlank(lines, below)) return below;
  return undefined;
}

function isBlank(lines: Lines, line: number): boolean {
  return lines.lineAt(line).isEmptyOrWhitespace;
}
