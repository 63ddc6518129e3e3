import type { Piece } from "./pieces.ts";
import { pieceOf } from "./pieces.ts";
import { isStopWord, wordsOf } from "./words.ts";

const MOST_WORDS = 8;
/** As many as a model scores in seconds; of a longer text, the sentences that share most words with the question give them. */
const MOST_SPANS = 400;

/**
 * Phrases of a text that may answer a question: up to eight words of one of its sentences that neither begin nor end with
 * a stop word, in the order of the text. Of equal ones, the first.
 */
export function candidateSpans(text: string, sentences: readonly Piece[], question: string): Piece[] {
  const asked = contentWords(question);
  const ordered = sentences
    .map((sentence) => ({ sentence, shared: sharedWords(sentence.text, asked) }))
    .sort((a, b) => b.shared - a.shared || a.sentence.start - b.sentence.start);
  const spans = new Map<string, Piece>();
  for (const { sentence } of ordered) {
    for (const span of spansOf(text, sentence, asked)) {
      if (spans.size >= MOST_SPANS) break;
      const earlier = spans.get(span.text);
      if (!earlier || span.start < earlier.start) spans.set(span.text, span);
    }
  }
  return [...spans.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Shortest first, so that a limit leaves the likelier ones. */
function spansOf(text: string, sentence: Piece, asked: ReadonlySet<string>): Piece[] {
  const words = wordsOf(sentence.text);
  const spans: Piece[] = [];
  for (let count = 1; count <= MOST_WORDS; count++) {
    for (let i = 0; i + count <= words.length; i++) {
      const run = words.slice(i, i + count);
      const [first] = run;
      const end = run.at(-1);
      if (!first || !end || isStopWord(first.text) || isStopWord(end.text)) continue;
      // Nobody is answered with the words of their own question.
      if (run.every(({ text: word }) => isStopWord(word) || asked.has(word.toLowerCase()))) continue;
      spans.push(pieceOf(text, sentence.start + first.start, sentence.start + end.end));
    }
  }
  return spans;
}

export function contentWords(text: string): ReadonlySet<string> {
  return new Set(
    wordsOf(text)
      .map(({ text: word }) => word.toLowerCase())
      .filter((word) => !isStopWord(word)),
  );
}

export function sharedWords(text: string, words: ReadonlySet<string>): number {
  return [...contentWords(text)].filter((word) => words.has(word)).length;
}
