import type { Piece } from "./pieces.ts";
import { isStopWord, wordsOf } from "./words.ts";

/** A match of fewer of an answer's words is taken for chance. */
const LEAST_SHARE = 0.5;

/**
 * Where the words of an answer stand in a text, whole words in the same order, whatever their case: the longest run of
 * them; absent where more than half of them stand nowhere together.
 */
export function findWords(text: string, answer: string): { start: number; end: number } | undefined {
  const wanted = wordsOf(answer).map(({ text: word }) => word.toLowerCase());
  if (wanted.length === 0) return undefined;
  const words = wordsOf(text);
  const { length, last } = longestRun(words, wanted);
  const run = words.slice(last - length + 1, last + 1);
  const [first] = run;
  const end = run.at(-1)?.end;
  if (!first || end === undefined || length < LEAST_SHARE * wanted.length) return undefined;
  if (length < wanted.length && run.every(({ text: word }) => isStopWord(word))) return undefined;
  return { start: first.start, end };
}

/** The longest run of words that both have: its length and the index of its last word in `words`. */
function longestRun(words: readonly Piece[], wanted: readonly string[]): { length: number; last: number } {
  let best = { length: 0, last: -1 };
  // lengths[j]: of the run that ends with this word and with wanted[j - 1]
  let lengths = new Array<number>(wanted.length + 1).fill(0);
  for (const [i, { text }] of words.entries()) {
    const word = text.toLowerCase();
    const next = new Array<number>(wanted.length + 1).fill(0);
    for (const [j, other] of wanted.entries()) {
      if (word !== other) continue;
      const length = (lengths[j] ?? 0) + 1;
      next[j + 1] = length;
      if (length > best.length) best = { length, last: i };
    }
    lengths = next;
  }
  return best;
}
