import type { Cut } from "../prompts/template.ts";
import { endsInLoop } from "./loops.ts";
import { sentenceSegments } from "./sentences.ts";

/** An answer cut out of generated text. */
export interface CutText {
  readonly text: string;
  /** Where the answer begins in the generated text, in UTF-16 code units. */
  readonly start: number;
  /** Whether more generated text could not change the answer, or only make it repeat itself. */
  readonly complete: boolean;
}

const BULLET = /^\s*(?:[-*+•]|\d+[.)])\s/;
/** What may still become a bullet. */
const BULLET_BEGINNING = /^\s*(?:[-*+•]|\d+[.)]?)?$/;
const BLANK_LINE = /\n[^\S\n]*\n/;

/** Cuts generated text to the answer. It may be called while the text grows: what it gives then only grows, too. */
export function cutAnswer(generated: string, cut: Cut): CutText {
  if (cut === "all") return { text: generated, start: 0, complete: false };
  const start = generated.length - generated.trimStart().length;
  const text = generated.slice(start);
  const { end, complete } = endOf(text, cut);
  return { text: text.slice(0, end).trimEnd(), start, complete: complete || endsInLoop(text) };
}

interface End {
  readonly end: number;
  readonly complete: boolean;
}

function endOf(text: string, cut: Exclude<Cut, "all">): End {
  switch (cut) {
    case "line":
      return endAt(text, text.indexOf("\n"));
    case "paragraph":
      return endAt(text, text.search(BLANK_LINE));
    case "sentence":
      return endOfSentences(text, 1);
    case "threeSentences":
      return endOfSentences(text, 3);
    case "list":
      return endOfList(text);
  }
}

function endAt(text: string, index: number): End {
  return index === -1 ? { end: text.length, complete: false } : { end: index, complete: true };
}

/** After so many sentences, or before a blank line: there the model begins another text. */
function endOfSentences(text: string, count: number): End {
  const paragraph = endAt(text, text.search(BLANK_LINE));
  const segments = sentenceSegments(text.slice(0, paragraph.end));
  const last = segments[count - 1];
  if (!last) return paragraph;
  const rest = text.slice(last.end);
  // Until a letter comes, what looks like the end of a sentence may not be one: "version 3. (and later)".
  const isCertain = text.charAt(last.end - 1) === "\n" || /\p{L}/u.test(rest);
  return { end: last.end, complete: paragraph.complete || isCertain };
}

/** After the last line that begins with a bullet; the first line may have its bullet in the prompt. */
function endOfList(text: string): End {
  const lines = text.split("\n");
  let end = lines[0]?.length ?? 0;
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue;
    const isLast = i === lines.length - 1;
    if (BULLET.test(line)) end += 1 + line.length;
    else if (isLast && BULLET_BEGINNING.test(line)) return { end, complete: false };
    else return { end, complete: true };
  }
  return { end, complete: false };
}
