import { isBlank } from "./indentation.ts";
import { lineBefore, type Place } from "./place.ts";

/** Text to insert at the cursor in place of the next `replaces` characters. */
export interface Offer {
  readonly text: string;
  readonly replaces: number;
}

const CLOSERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const OPENERS: ReadonlySet<string> = new Set(Object.values(CLOSERS));
const QUOTES: ReadonlySet<string> = new Set(['"', "'", "`"]);

/** Fits text to what stands after the cursor, so that nothing is there twice; `undefined` when nothing is left. */
export function fitToPlace(text: string, place: Place): Offer | undefined {
  const after = place.after.trimEnd();
  const offer = fitToLine(text.trimEnd(), after);
  const kept = dropRepeatedLines(offer.text, place);
  if (isBlank(kept) || kept.trim() === after.trim()) return undefined;
  return { text: kept, replaces: offer.replaces };
}

/**
 * Before closers (`foo(|)`): text that closes them itself replaces them, other text ends before the first closer that
 * it did not open.
 */
function fitToLine(text: string, after: string): Offer {
  if (after === "") return { text, replaces: 0 };
  const closers = after.trimStart();
  const next = closers.charAt(0);
  if (!QUOTES.has(next) && !(next in CLOSERS)) return { text, replaces: text.endsWith(closers) ? after.length : 0 };
  const end = QUOTES.has(next) ? findQuote(text, next) : findUnopened(text);
  if (end === -1) return { text, replaces: 0 };
  if (text.startsWith(closers, end)) return { text, replaces: after.length };
  return { text: text.slice(0, end).trimEnd(), replaces: 0 };
}

/** Where the text closes the quote that the cursor stands in; -1 if nowhere. */
function findQuote(text: string, quote: string): number {
  return text.search(new RegExp(`(?<!\\\\)${quote}`));
}

/** Where the text closes a bracket that was open before it; -1 if nowhere. */
function findUnopened(text: string): number {
  const open: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (OPENERS.has(character)) open.push(character);
    else if (character in CLOSERS && open.pop() !== CLOSERS[character]) return index;
  }
  return -1;
}

/** Ends the text before the line that the document has next. */
function dropRepeatedLines(text: string, place: Place): string {
  const next = place.nextLine?.trimEnd();
  if (next === undefined) return text;
  const lines = text.split("\n");
  const [first = "", ...others] = lines;
  if ((lineBefore(place) + first).trimEnd() === next || first.trim() === next.trim()) return "";
  const repeated = others.findIndex((line) => line.trimEnd() === next);
  return repeated === -1
    ? text
    : lines
        .slice(0, repeated + 1)
        .join("\n")
        .trimEnd();
}
