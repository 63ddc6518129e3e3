import { type Piece, pieceOf } from "./pieces.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "word" });
/** Scripts that put no spaces between words. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const PUNCTUATION_BEFORE = /^[\s"'`“”‘’«»([{<¿¡…*_]+/u;
const PUNCTUATION_AFTER = /[\s"'`“”‘’«»)\]}>.,;:!?…*_。、，！？]+$/u;

/** The words of a text, without the punctuation around them: what a name, a version or an address has inside stays. */
export function wordsOf(text: string): Piece[] {
  const words: Piece[] = [];
  for (const { 0: run, index } of text.matchAll(/\S+/g)) {
    if (WITHOUT_SPACES.test(run)) words.push(...segmented(text, run, index));
    else {
      const before = PUNCTUATION_BEFORE.exec(run)?.[0].length ?? 0;
      const bare = run.slice(before).replace(PUNCTUATION_AFTER, "");
      if (/[\p{L}\p{N}]/u.test(bare)) words.push(pieceOf(text, index + before, index + before + bare.length));
    }
  }
  return words;
}

function segmented(text: string, run: string, offset: number): Piece[] {
  return [...segmenter.segment(run)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => pieceOf(text, offset + index, offset + index + segment.length));
}

/** Words of English that say nothing by themselves: an answer neither begins nor ends with one. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it its " +
    "may might my no nor not of on or our shall she should so such than that the their them then there these they this " +
    "those to was we were what when where which while who whom whose why will with would you your"
  ).split(" "),
);

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word.toLowerCase());
}
