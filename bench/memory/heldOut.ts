/** Which files of a package are predicted, and which the memory may know. */
import { createHash } from "node:crypto";
import type { SourceFile } from "./archive.ts";

const MOST_PER_LANGUAGE = 5;
const LEAST_CHARACTERS = 700;
const MOST_CHARACTERS = 9_000;
/** A file that shares so many of its lines with a held-out one is another edition of it. */
const MOST_SHARED_LINES = 0.4;
/** A shorter line is shared by chance. */
const LEAST_LINE = 16;

export interface Split {
  readonly heldOut: readonly SourceFile[];
  /** All others, but for copies of those held out. */
  readonly rest: readonly SourceFile[];
  /** How many were left out as copies. */
  readonly copies: number;
}

/** By hash, so that neither the alphabet nor anybody's taste chooses. */
export function split(files: readonly SourceFile[]): Split {
  const languages = Map.groupBy(files.filter(canBeHeldOut), ({ language }) => language);
  const heldOut = [...languages.values()].flatMap((own) =>
    // Some must be left to know.
    own
      .toSorted((a, b) => digest(a).localeCompare(digest(b)))
      .slice(0, Math.min(MOST_PER_LANGUAGE, Math.floor(own.length / 2))),
  );
  const rest: SourceFile[] = [];
  let copies = 0;
  for (const file of files) {
    if (heldOut.includes(file)) continue;
    if (heldOut.some((held) => isCopy(held, file))) copies++;
    else rest.push(file);
  }
  return {
    heldOut: heldOut.filter((file) => heldOut.every((other) => other === file || !isCopy(file, other))),
    rest,
    copies,
  };
}

/** Whether a file shows much of what is to be predicted. */
export function isCopy(held: { readonly text: string }, file: { readonly text: string }): boolean {
  const lines = linesOf(held.text);
  const known = new Set(linesOf(file.text));
  return lines.length > 0 && lines.filter((line) => known.has(line)).length / lines.length > MOST_SHARED_LINES;
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length >= LEAST_LINE);
}

function canBeHeldOut({ text }: SourceFile): boolean {
  return text.length >= LEAST_CHARACTERS && text.length <= MOST_CHARACTERS;
}

function digest({ path, text }: SourceFile): string {
  return createHash("sha256").update(`${path}\n${text}`).digest("hex");
}
