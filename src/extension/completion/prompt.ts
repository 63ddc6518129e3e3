import { completionPrompt } from "../../prompts/completion.ts";
import { toModelText } from "./indentation.ts";
import type { Place } from "./place.ts";

/**
 * Low on purpose (the embedded model has 2.5 for JSON and 3.3 for TypeScript): a prompt that is too long has its
 * header cut off by the engine, and slides at every keystroke, so that nothing of it can be reused.
 */
const CHARACTERS_PER_TOKEN = 2.5;
/** The context of the smallest model, until the model has told its own. */
const DEFAULT_CONTEXT_LENGTH = 512;
/** For the line with the path. */
const HEADER_TOKENS = 32;
/** A window moves on by this part of itself. */
const STEPS_PER_WINDOW = 4;

/** How many characters before the cursor the model can look at, beside what it is to write. */
export function windowLength(contextLength: number | undefined, maxTokens: number): number {
  const tokens = Math.max(64, (contextLength ?? DEFAULT_CONTEXT_LENGTH) - maxTokens - HEADER_TOKENS);
  return Math.floor(tokens * CHARACTERS_PER_TOKEN);
}

/** How far a window moves on at a time. */
export function windowStep(length: number): number {
  return Math.ceil(length / STEPS_PER_WINDOW);
}

/**
 * Where the window before an offset begins. It moves in coarse steps: as long as it stays, each prompt begins with the
 * one before, and the engine reads only what is new.
 */
export function windowStart(offset: number, length: number): number {
  const step = windowStep(length);
  return offset <= length ? 0 : Math.ceil((offset - length) / step) * step;
}

/**
 * The text before an offset that the prompt is made of. It begins with a line or, where lines are as long as
 * paragraphs, with a word: found near its left edge, so that what is typed at its other end cannot move it.
 * @param slice the document's text between two offsets
 * @param ahead take the window that there will be after so many characters more
 */
export function windowText(
  slice: (start: number, end: number) => string,
  offset: number,
  length: number,
  ahead = 0,
): string {
  const start = windowStart(offset + ahead, length);
  if (start === 0) return slice(0, offset);
  // The character before tells whether a line, or a word, begins right here.
  const text = slice(start - 1, offset);
  const edge = text.slice(0, windowStep(length));
  const lineEnd = edge.indexOf("\n");
  const cut = lineEnd === -1 ? edge.search(/\s/) : lineEnd;
  return text.slice(cut === -1 ? 1 : cut + 1);
}

/** The prompt for a place. It ends where the cursor is, often inside of a word: the engine heals that. */
export function buildPrompt({ path, before }: Place): string {
  return completionPrompt(path, toModelText(before));
}

/** What stands after the cursor, for a model that fills in the middle. */
export function buildSuffix({ after, below }: Place): string {
  return toModelText(`${after}\n${below}`);
}
