import { type Piece, trimmedPiece } from "./pieces.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** What ends with a full stop in the middle of a sentence; Unicode's rules take it for the end before a capital. */
const ABBREVIATION = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|Prof|St|vs|e\.g|i\.e|cf|ca|approx|No|Nr|Fig|al|\p{Lu})\.\s*$/u;

/** A line break inside of a sentence, as in text that is wrapped: after a long line, before a letter. */
const WRAP = /(?<=[^\n.!?:]{30})\n(?=\p{L})/gu;

/** Where sentences end and begin, by Unicode's rules (UAX 29); the white space after a sentence is part of it. */
export function sentenceSegments(text: string): { start: number; end: number }[] {
  const segments: { start: number; end: number }[] = [];
  for (const { segment, index } of segmenter.segment(text)) {
    const last = segments.at(-1);
    const end = index + segment.length;
    if (
      last &&
      ABBREVIATION.test(text.slice(last.start, last.end)) &&
      !text.slice(last.start, last.end).includes("\n")
    ) {
      last.end = end;
    } else {
      segments.push({ start: index, end });
    }
  }
  return segments;
}

/** The sentences of a document, without the white space around them; wrapped lines are one. */
export function sentencesOf(text: string): Piece[] {
  // As long as the text: places stay what they are.
  const unwrapped = text.replace(WRAP, " ");
  return sentenceSegments(unwrapped)
    .map(({ start, end }) => trimmedPiece(text, start, end))
    .filter((piece) => piece !== undefined);
}
