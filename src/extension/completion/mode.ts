import { isBlank } from "./indentation.ts";
import { lineBefore, type Place } from "./place.ts";

/**
 * How much to offer at a place: nothing, the rest of the line, the lines of a block from a blank line on, or the body
 * of a block whose opener ends the line.
 */
export type Mode = "none" | "line" | "block" | "body";

const ONLY_CLOSERS = /^[\s)\]}>"'`;,:]*$/;
const OPENER_AT_END = /[{[(]\s*$/;
const COLON_AT_END = /:\s*$/;
const COLON_OPENS_BLOCK: ReadonlySet<string> = new Set(["python", "yaml"]);

/** What to offer at a place. Before more code on the same line: nothing, since GPT-2 does not see what comes after. */
export function chooseMode(place: Place): Mode {
  if (!ONLY_CLOSERS.test(place.after)) return "none";
  if (isBlank(place.before) && place.path === undefined) return "none";
  if (!isBlank(place.after)) return "line";
  const line = lineBefore(place);
  if (isBlank(line)) return "block";
  if (OPENER_AT_END.test(line)) return "body";
  return COLON_AT_END.test(line) && COLON_OPENS_BLOCK.has(place.languageId) ? "body" : "line";
}

/** Where generation may stop by itself; the rest is cut from its text. */
export function stopStrings(mode: Mode): string[] {
  return mode === "line" ? ["\n"] : ["\n\n"];
}
