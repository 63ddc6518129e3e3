import type { Offer } from "./fit.ts";
import { isBlank } from "./indentation.ts";
import { lineBefore, type Place } from "./place.ts";
import { beginsWhole } from "./wholeCharacters.ts";

/** What ends a statement, an entry or a key. */
const END_OF_LINE = /[;,:]$/;

/** The last look at an offer, whatever was done to fit it: one that would harm the document is better not made. */
export function isHarmless(offer: Offer, place: Place): boolean {
  return ![cutsCharacter, isThere, doublesEnd, beginsNextLine].some((harms) => harms(offer, place));
}

/** Whether a character would be made of a part of the offer and of what stands beside it. */
function cutsCharacter({ text, replaces }: Offer, place: Place): boolean {
  return !beginsWhole(lineBefore(place), text) || !beginsWhole(text, place.after.slice(replaces));
}

/** Whether the document has just that at the cursor. */
function isThere({ text, replaces }: Offer, { after }: Place): boolean {
  return replaces === 0 ? after.startsWith(text) : after.slice(0, replaces).trim() === text.trim();
}

/** Whether what ends the line would be there twice. */
function doublesEnd({ text, replaces }: Offer, place: Place): boolean {
  const end = END_OF_LINE.exec(place.after.trimEnd())?.[0];
  return replaces === 0 && end !== undefined && text.endsWith(end);
}

/** Whether it is the document's next line, or its last line is what that begins with. */
function beginsNextLine({ text }: Offer, { nextLine }: Place): boolean {
  const lastLine = text.slice(text.lastIndexOf("\n") + 1);
  if (nextLine?.trim() === text.trim()) return true;
  return lastLine !== text && !isBlank(lastLine) && nextLine?.startsWith(lastLine) === true;
}
