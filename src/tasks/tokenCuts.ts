import type { TokenizeResult } from "../shared/protocol.ts";

/** The tokens of a text, of the model that is asked. */
export type Tokenize = (text: string) => Promise<TokenizeResult>;

/** A text with the places between its tokens. */
export interface TokenizedText {
  readonly text: string;
  /** Where each token ends, in UTF-16 code units; undefined for one that ends inside of a code point. */
  readonly ends: readonly (number | undefined)[];
}

/** Finds the tokens in the text. */
export function placeTokens(text: string, { byteLengths }: Pick<TokenizeResult, "byteLengths">): TokenizedText {
  const ends: (number | undefined)[] = [];
  let bytes = 0;
  let index = 0;
  let indexBytes = 0;
  for (const length of byteLengths) {
    bytes += length;
    for (;;) {
      const codePoint = text.codePointAt(index);
      if (codePoint === undefined) break;
      const next = indexBytes + utf8Length(codePoint);
      if (next > bytes) break;
      indexBytes = next;
      index += codePoint > 0xffff ? 2 : 1;
    }
    ends.push(indexBytes === bytes ? index : undefined);
  }
  return { text, ends };
}

/** Half of a surrogate pair becomes U+FFFD, which has as many bytes as its own number would. */
export function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** A cut of a text, and how many tokens it leaves before or after. */
export interface TokenCut {
  /** In UTF-16 code units. */
  readonly index: number;
  readonly tokens: number;
}

/**
 * Where a text can end so that it has at most `budget` tokens: at the end of a paragraph, line, sentence or word near the
 * last of them, and always between two tokens and between two characters.
 */
export function headCut({ text, ends }: TokenizedText, budget: number): TokenCut {
  if (ends.length <= budget) return { index: text.length, tokens: ends.length };
  const least = Math.floor(budget * 0.75);
  let fallback = 0;
  const found = new Map<Boundary, number>();
  for (let tokens = Math.min(budget, ends.length); tokens > 0; tokens--) {
    const index = ends[tokens - 1];
    if (index === undefined) continue;
    if (tokens < least && (found.size > 0 || fallback > 0)) break;
    const boundary = boundaryAt(text, index);
    if (boundary && !found.has(boundary)) found.set(boundary, tokens);
    if (fallback === 0 && canCut(text, index)) fallback = tokens;
  }
  const tokens = bestOf(found) ?? fallback;
  return { index: tokens === 0 ? 0 : (ends[tokens - 1] ?? 0), tokens };
}

/** Where a text can begin so that it has at most `budget` tokens; see {@link headCut}. */
export function tailCut({ text, ends }: TokenizedText, budget: number): TokenCut {
  if (ends.length <= budget) return { index: 0, tokens: ends.length };
  const first = ends.length - Math.max(0, budget);
  const most = first + Math.ceil(budget * 0.25);
  let fallback: number | undefined;
  const found = new Map<Boundary, number>();
  for (let before = first; before < ends.length; before++) {
    const index = ends[before - 1];
    if (index === undefined) continue;
    if (before > most && (found.size > 0 || fallback !== undefined)) break;
    const boundary = boundaryAt(text, index);
    if (boundary && !found.has(boundary)) found.set(boundary, before);
    if (fallback === undefined && canCut(text, index)) fallback = before;
  }
  const before = bestOf(found) ?? fallback ?? ends.length;
  return { index: before === ends.length ? text.length : (ends[before - 1] ?? 0), tokens: ends.length - before };
}

const BOUNDARIES = ["paragraph", "line", "sentence", "word"] as const;
type Boundary = (typeof BOUNDARIES)[number];

function bestOf(found: ReadonlyMap<Boundary, number>): number | undefined {
  const best = BOUNDARIES.find((boundary) => found.has(boundary));
  return best && found.get(best);
}

/** What ends before `index`, where white space follows. */
function boundaryAt(text: string, index: number): Boundary | undefined {
  const after = text.slice(index, index + 2);
  const before = text.slice(Math.max(0, index - 4), index);
  if (/\s$/.test(before)) return undefined;
  if (/[。！？]$/.test(before)) return "sentence";
  if (!/^\s/.test(after)) return undefined;
  if (after === "\n\n") return "paragraph";
  if (after.startsWith("\n") || after === "\r\n") return "line";
  return /[.!?…]["'”’)\]]*$/.test(before) ? "sentence" : "word";
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** More than any character that a person sees has. */
const LONGEST_CHARACTER = 64;

/** Between two characters, and not after white space: that makes other tokens at the end of a text than before a word. */
function canCut(text: string, index: number): boolean {
  if (/\s/.test(text.charAt(index - 1))) return false;
  let from = Math.max(0, index - LONGEST_CHARACTER);
  if (/[\uDC00-\uDFFF]/.test(text.charAt(from))) from++;
  const near = text.slice(from, index + LONGEST_CHARACTER);
  return graphemes.segment(near).containing(index - from)?.index === index - from;
}
