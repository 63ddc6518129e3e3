import type { TextRange } from "./trackedRange.ts";

/**
 * Finds a piece again in a text that may have changed while nobody watched: where it stood, else where it stands now if
 * it stands there once only. Undefined when it is gone, or cannot be told from another.
 */
export function relocate(text: string, piece: string, { start, end }: TextRange): TextRange | undefined {
  if (end - start === piece.length && text.startsWith(piece, start)) return { start, end };
  if (piece === "") return undefined;
  const found = text.indexOf(piece);
  if (found === -1 || text.includes(piece, found + 1)) return undefined;
  return { start: found, end: found + piece.length };
}
