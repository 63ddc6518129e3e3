/** Random places in random files, as people leave them behind when they edit. */
import { type Random, seededRandom } from "../../src/engine/sampling/random.ts";
import type { Place } from "../../src/extension/completion/place.ts";
import { placeInText } from "../../bench/replay/textPlace.ts";

export interface EditedFile {
  readonly path: string;
  readonly language: string;
  /** Lines end in `\n`, as in a {@link Place}. */
  readonly text: string;
  readonly prefersTabs: boolean;
}

/** A cursor in a file, and what stands on both of its sides. */
export interface EditPosition {
  readonly place: Place;
  readonly before: string;
  readonly after: string;
}

/** A place inside of brackets or quotes that the editor has closed, an end or a beginning of a line, or anywhere. */
const KINDS = ["anywhere", "lineEnd", "lineEnd", "lineStart", "newLine", "insideCloser", "insideString"] as const;
const MOST_DELETED = 40;

/**
 * Positions in a file, after a random deletion before or after the cursor or none; in the order of their offsets, so that
 * a model reads most of each prompt once.
 */
export function editPositions(file: EditedFile, count: number, windowLength: number, seed: number): EditPosition[] {
  const random = seededRandom(seed);
  const positions = Array.from({ length: count }, () => editPosition(file, windowLength, random));
  return positions.toSorted((a, b) => a.before.length - b.before.length);
}

function editPosition(file: EditedFile, windowLength: number, random: Random): EditPosition {
  const { text } = file;
  const pick = (most: number): number => Math.floor(random() * (most + 1));
  const kind = KINDS[pick(KINDS.length - 1)] ?? "anywhere";
  const anywhere = pick(text.length);
  const offset = wholeCharacter(text, nearest(text, anywhere, kind));
  const deleted = random() < 0.5 ? pick(MOST_DELETED) : 0;
  const deletesBefore = random() < 0.5;
  const start = wholeCharacter(text, Math.max(0, deletesBefore ? offset - deleted : offset));
  const end = wholeCharacter(text, Math.min(text.length, deletesBefore ? offset : offset + deleted));
  const inserted = kind === "newLine" ? `\n${indentAt(text, start)}` : "";
  const before = text.slice(0, start) + inserted;
  const after = kind === "newLine" ? `\n${text.slice(end)}` : text.slice(end);
  const { path, language, prefersTabs } = file;
  const place = { ...placeInText({ path, language, before, after }, windowLength), prefersTabs };
  return { place, before, after };
}

/** The next offset of a kind; the one itself where there is none. */
function nearest(text: string, offset: number, kind: (typeof KINDS)[number]): number {
  const found = (pattern: RegExp, ahead: number): number => {
    const index = text.slice(offset).search(pattern);
    return index === -1 ? offset : offset + index + ahead;
  };
  switch (kind) {
    case "anywhere":
      return offset;
    case "lineEnd":
    case "newLine":
      return found(/\n/, 0);
    case "lineStart":
      return found(/\n[ \t]*/, /\n[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0);
    case "insideCloser":
      return found(/[)\]}][)\]};,]*\n/, 0);
    case "insideString":
      return found(/["'`][)\]};,]*\n/, 0);
  }
}

/** Editors put no cursor inside of a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset - 1 : offset;
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}
