import type { TextEdit } from "../../shared/memory.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { WordEncoder } from "../tokenizer/wordEncoder.ts";
import { NONE } from "./chunkTable.ts";
import { countLines, isCut, partEnds } from "./lines.ts";
import type { Wall } from "./matches.ts";
import type { Chunk, IndexedFile, TokenIndex } from "./tokenIndex.ts";

/** How texts become tokens, and how large the chunks are. */
export interface Coding {
  readonly tokenizer: Tokenizer;
  readonly encoder: WordEncoder;
  /**
   * A chunk ends with the part that takes it to so many tokens, and a text of fewer characters is joined to the chunk
   * after it. A small change costs about this much.
   */
  readonly chunkTokens: number;
}

const LINE_FEED = 0x0a;

/** Cuts a text into chunks of whole lines. Lazy, so that the work can be interrupted between two of them. */
export function* chunksOf(text: string, { encoder, chunkTokens }: Coding): Generator<Chunk> {
  let start = 0;
  let tokens: number[] = [];
  let begin = 0;
  for (const end of partEnds(text)) {
    tokens = tokens.concat(encoder.encode(text.slice(start, end)));
    start = end;
    if (tokens.length < chunkTokens && end < text.length) continue;
    yield { tokens, characters: end - begin, lines: countLines(text.slice(begin, end)) };
    begin = end;
    tokens = [];
  }
}

/**
 * Applies an edit to an indexed file. It costs the chunks that it touches: their text is read back from their tokens,
 * since a byte-level encoding loses nothing.
 * @returns false when the edit lies outside of the file, or the text cannot be read back; nothing has changed then
 */
export function applyEdit(
  index: TokenIndex,
  file: IndexedFile,
  { start, removed, text: inserted }: TextEdit,
  coding: Coding,
): boolean {
  const { table } = index.store;
  if (start + removed > file.characters) return false;
  const textOf = (chunk: number): string => coding.tokenizer.decode([...index.store.tokensOf(chunk)]);
  const first = chunkAt(index, file, start);
  let from = first.chunk;
  let until = from;
  let text = "";
  let covered = first.start;
  while (until !== NONE && (covered <= start + removed || until === from)) {
    const part = textOf(until);
    if (part.length !== table.characters[until]) return false;
    text += part;
    covered += part.length;
    until = table.next[until] ?? NONE;
    if (covered >= start + removed) break;
  }
  const at = start - first.start;
  text = text.slice(0, at) + inserted + text.slice(at + removed);
  // The neighbours are still cut off where the tokenizer cuts, or become part of the change.
  for (;;) {
    const previous = from === NONE ? file.last : (table.previous[from] ?? NONE);
    if (previous !== NONE && (text === "" || !isCut(textOf(previous), text))) {
      text = textOf(previous) + text;
      from = previous;
    } else if (until !== NONE && (text.length < coding.chunkTokens || !isCut(text, textOf(until)))) {
      text += textOf(until);
      until = table.next[until] ?? NONE;
    } else {
      break;
    }
  }
  index.replace(file, from, until, [...chunksOf(text, coding)]);
  return true;
}

/** Where the user writes, as a wall before the token at or around a character of a file. */
export function wallAt(
  index: TokenIndex,
  file: IndexedFile,
  character: number,
  tokenizer: Tokenizer,
): Wall | undefined {
  const { table } = index.store;
  const { chunk, start } = chunkAt(index, file, character);
  if (chunk === NONE) return undefined;
  let offset = 0;
  let end = start;
  for (const token of index.store.tokensOf(chunk)) {
    end += codeUnits(tokenizer.bytesOf(token));
    if (end > character) break;
    offset++;
  }
  if (offset > 0) return { chunk, offset };
  const previous = table.previous[chunk] ?? NONE;
  return previous === NONE ? undefined : { chunk: previous, offset: table.length[previous] ?? 0 };
}

/** The line of a token, from 1. */
export function lineOf(index: TokenIndex, chunk: number, offset: number, tokenizer: Tokenizer): number {
  const { table } = index.store;
  let line = 1;
  for (let at = table.previous[chunk] ?? NONE; at !== NONE; at = table.previous[at] ?? NONE)
    line += table.lines[at] ?? 0;
  for (const token of index.store.tokensOf(chunk).subarray(0, offset + 1)) {
    for (const byte of tokenizer.bytesOf(token)) if (byte === LINE_FEED) line++;
  }
  return line;
}

/** The chunk that holds a character and where its text begins; the last one for the end of the file. */
function chunkAt({ store }: TokenIndex, file: IndexedFile, character: number): { chunk: number; start: number } {
  const { table } = store;
  let start = 0;
  let chunk = file.first;
  while (chunk !== NONE) {
    const length = table.characters[chunk] ?? 0;
    const next = table.next[chunk] ?? NONE;
    if (character < start + length || next === NONE) break;
    start += length;
    chunk = next;
  }
  return { chunk, start };
}

/** UTF-16 code units that bytes of UTF-8 stand for; a character counts with its first byte. */
function codeUnits(bytes: Uint8Array): number {
  let units = 0;
  for (const byte of bytes) {
    if ((byte & 0xc0) !== 0x80) units++;
    if (byte >= 0xf0) units++;
  }
  return units;
}
