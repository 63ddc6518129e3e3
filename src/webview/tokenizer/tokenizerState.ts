/** What the Tokenizer tab knows. */
import type { ToPage } from "../../shared/playgroundMessages.ts";

type Tokenized = Extract<ToPage, { type: "tokenized" }>;

/** A token of the text, with the bytes that it stands for. */
export interface Piece {
  readonly id: number;
  readonly text: string;
  readonly bytes: readonly number[];
}

export interface TokenizerState {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** The reading that is waited for, with what has come of it. */
  readonly reading?: { readonly run: number; readonly pieces: readonly Tokenized["pieces"][number][] } | undefined;
  /** The model whose tokens they are. */
  readonly readBy?: string | undefined;
  /** How many rows are shown. */
  readonly limit: number;
  readonly problem?: string | undefined;
}

/** Rows that are added at a time: more would hold the page up. */
export const ROWS = 200;

export const EMPTY_TOKENIZER: TokenizerState = { text: "", pieces: [], limit: ROWS };

/** @param model the name of the one that has read the text */
export function tokenized(
  state: TokenizerState,
  { run, pieces, isLast }: Tokenized,
  model: string | undefined,
): TokenizerState {
  if (state.reading?.run !== run) return state;
  const all = [...state.reading.pieces, ...pieces];
  if (!isLast) return { ...state, reading: { run, pieces: all } };
  const read = { pieces: withBytes(state.text, all), readBy: model };
  return { ...state, ...read, reading: undefined, limit: ROWS, problem: undefined };
}

/** `e2 82 ac` */
export function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The tokens' bytes one after the other are the text's own. */
function withBytes(text: string, pieces: readonly Tokenized["pieces"][number][]): Piece[] {
  const encoded = new TextEncoder().encode(text);
  let position = 0;
  return pieces.map(({ id, text: own, bytes }) => {
    const start = position;
    position += bytes;
    return { id, text: own, bytes: [...encoded.subarray(start, position)] };
  });
}

/** Where each token ends in the text, in UTF-16 code units; those that end inside of a character end after it. */
export function endsOf(text: string, lengths: readonly number[]): number[] {
  const ends: number[] = [];
  let index = 0;
  let indexBytes = 0;
  let bytes = 0;
  for (const length of lengths) {
    bytes += length;
    while (indexBytes < bytes && index < text.length) {
      const code = text.codePointAt(index) ?? 0;
      indexBytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      index += code > 0xffff ? 2 : 1;
    }
    ends.push(index);
  }
  return ends;
}
