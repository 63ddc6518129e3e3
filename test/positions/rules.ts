/** What ghost text must never do, whatever the model wrote: told of the document as it would be after accepting. */
import type { Offer } from "../../src/extension/completion/fit.ts";
import type { Place } from "../../src/extension/completion/place.ts";
import type { EditPosition } from "./editPositions.ts";

/** A broken rule, and what broke it. */
export interface Violation {
  readonly rule: string;
  readonly position: EditPosition;
  readonly offer: Offer;
}

type Rule = (offer: Offer, position: EditPosition) => boolean;

/** Each says whether an offer breaks it. */
const RULES: Readonly<Record<string, Rule>> = {
  "nothing but white space": ({ text }) => text.trim() === "",
  "white space at its end": ({ text }) => text.trimEnd() !== text,
  "half a character": ({ text, replaces }, { before, after }) =>
    /[\ufffd\p{Cs}]/u.test(text) || splitsGrapheme(before, text) || splitsGrapheme(text, after.slice(replaces)),
  "a line end that is not \\n": ({ text }) => text.includes("\r"),
  "replaces more than the rest of its line": ({ replaces }, { place }) => replaces > place.after.length,
  "what the document holds at the cursor": ({ text, replaces }, { after }) =>
    after.startsWith(text) || (replaces > 0 && after.slice(0, replaces).trim() === text.trim()),
  "the line that comes next": ({ text, replaces }, { place }) => {
    const next = place.nextLine?.trim();
    if (next === undefined || replaces > 0) return false;
    const lineBefore = place.before.slice(place.before.lastIndexOf("\n") + 1);
    const lines = (lineBefore + text).split("\n");
    // Where more stands after the cursor, the first line is not yet whole.
    const isAdded = text.split("\n")[0]?.trim() !== "";
    return place.after.trim() === "" && ((isAdded && lines[0]?.trim() === next) || text.trim() === next);
  },
  "its last line again": ({ text }, { place }) => {
    const [, ...more] = text.split("\n");
    const next = place.nextLine?.trimEnd();
    return next !== undefined && more.some((line) => line.trimEnd() === next);
  },
  "closes a bracket that the document closes": ({ text, replaces }, { place }) =>
    replaces === 0 && /^\s*[)\]}]/.test(place.after) && closesOutside(text),
  "closes a quote that the document closes": ({ text, replaces }, { place }) => {
    const quote = place.after.trimStart().charAt(0);
    return replaces === 0 && /["'`]/.test(quote) && text.replaceAll(/\\./gs, "").includes(quote);
  },
  "doubles what ends the line": ({ text, replaces }, { place }) => {
    const end = /[;,:]\s*$/.exec(place.after)?.[0].trim();
    return replaces === 0 && end !== undefined && text.trimEnd().endsWith(end);
  },
  "indents with tabs where the document has spaces": ({ text }, { place }) =>
    !indentsWithTabs(place.before, place.prefersTabs) && newIndents(text).some((indent) => indent.includes("\t")),
  "indents with spaces where the document has tabs": ({ text }, { place }) =>
    indentsWithTabs(place.before, place.prefersTabs) &&
    newIndents(text).some((indent) => /^ |\t {2,}| \t/.test(indent.replace(/^ $/, ""))),
  "leaves the block that it stands in": ({ text }, { place }) => {
    const least = leastIndent(text, place);
    const lines = text.split("\n").slice(1);
    return lines.some((line, index) => {
      const closes = index === lines.length - 1 && /^\s*(?:[)\]}]|end\b)/.test(line);
      return line.trim() !== "" && widthOf(indentOf(line)) < (closes ? Math.min(least, indentOfOpener(place)) : least);
    });
  },
};

export function violations(offer: Offer, position: EditPosition): Violation[] {
  return Object.entries(RULES).flatMap(([rule, breaks]) =>
    breaks(offer, position) ? [{ rule, position, offer }] : [],
  );
}

/** One line that shows where, and what would stand there. */
export function describe({ rule, position: { place, after }, offer }: Violation): string {
  const around = `${place.before.slice(-60)}⟦${offer.text}⟧${offer.replaces > 0 ? `(replaces ${offer.replaces})` : ""}${after.slice(0, 60)}`;
  return `${rule}: ${place.path ?? ""} ${JSON.stringify(around)}`;
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Whether a character that a reader sees as one goes over a border. White space joins nothing. */
function splitsGrapheme(before: string, after: string): boolean {
  const left = before.slice(-40).replace(/^\p{Cs}/u, "");
  if (left === "" || after === "" || /\s$/.test(left)) return false;
  return graphemes.segment(left + after.slice(0, 40)).containing(left.length)?.index !== left.length;
}

function closesOutside(text: string): boolean {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  return text.split("").some((character) => {
    if ("([{".includes(character)) open.push(character);
    const opener = pairs[character];
    return opener !== undefined && open.pop() !== opener;
  });
}

/** How far the lines of a text must be indented that goes on at a place. */
function leastIndent(text: string, { before }: Place): number {
  const lineBefore = before.slice(before.lastIndexOf("\n") + 1);
  const [first = ""] = text.split("\n");
  return widthOf(indentOf(lineBefore.trim() === "" ? lineBefore + first : lineBefore));
}

/** How far the last line is indented that has something on it: it may have opened what the text closes. */
function indentOfOpener({ before }: Place): number {
  return widthOf(indentOf(before.split("\n").findLast((line) => line.trim() !== "") ?? ""));
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function widthOf(indent: string): number {
  return indent.replaceAll("\t", "    ").length;
}

/** How the lines begin that a text adds; the first goes on where the cursor stands. */
function newIndents(text: string): string[] {
  return text
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map(indentOf);
}

/** By the last indented line that is not blank. */
function indentsWithTabs(text: string, otherwise: boolean): boolean {
  const last = text.split("\n").findLast((line) => /^[ \t]+\S/.test(line));
  return last === undefined ? otherwise : last.startsWith("\t");
}
