/** A piece of a text and where it stands there, in UTF-16 code units. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export function pieceOf(text: string, start: number, end: number): Piece {
  return { text: text.slice(start, end), start, end };
}

/** A piece without the white space around it; absent when nothing else is in it. */
export function trimmedPiece(text: string, start: number, end: number): Piece | undefined {
  const whole = text.slice(start, end);
  const trimmed = whole.trim();
  if (trimmed === "") return undefined;
  const from = start + whole.indexOf(trimmed);
  return pieceOf(text, from, from + trimmed.length);
}
