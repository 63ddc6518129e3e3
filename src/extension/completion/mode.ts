import { isBlank } from "./indentation.ts";
import { lineBefore, type Place } from "./place.ts";

/**
 * How much to offer at a place: nothing, the rest of the line, the lines of a block from a blank line on, the body of a
 * block whose opener ends the line, or the lines of a comment that begins where the line ends.
 */
export type Mode = "none" | "line" | "block" | "body" | "docstring";

const ONLY_CLOSERS = /^[\s)\]}>"'`;,:]*$/;
const OPENER_AT_END = /[{[(]\s*$/;
/** Alone on its line: at the end of a line it may as well be what closes one. */
const DOCSTRING_OPENER = /^\s*(?:"""|'''|\/\*\*)\s*$/;
const COLON_AT_END = /:\s*$/;
const COLON_OPENS_BLOCK: ReadonlySet<string> = new Set(["python", "yaml"]);

/** What to offer at a place. Before more code on the same line: nothing, unless the model sees what comes after. */
export function chooseMode(place: Place, fillsInMiddle = false): Mode {
  if (!ONLY_CLOSERS.test(place.after)) return fillsInMiddle ? "line" : "none";
  if (isBlank(place.before) && place.path === undefined) return "none";
  if (!isBlank(place.after)) return "line";
  const line = lineBefore(place);
  if (isBlank(line)) return "block";
  if (OPENER_AT_END.test(line)) return "body";
  if (DOCSTRING_OPENER.test(line)) return "docstring";
  return COLON_AT_END.test(line) && COLON_OPENS_BLOCK.has(place.languageId) ? "body" : "line";
}

/** Where generation may stop by itself; the rest is cut from its text. */
export function stopStrings(mode: Mode): string[] {
  return mode === "line" ? ["\n"] : ["\n\n"];
}
