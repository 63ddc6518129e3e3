/**
 * Cuts a text where GPT-2's tokenizer cuts it as well, whatever stands there: before a line end that follows anything but
 * white space. The tokens of the parts, one after the other, are those of the whole, so a change of one part changes the
 * tokens of no other.
 * @returns where each part ends; the last is the text's length
 */
export function partEnds(text: string): number[] {
  const ends: number[] = [];
  for (let at = text.indexOf("\n", 1); at !== -1; at = text.indexOf("\n", at + 1)) {
    if (isWritten(text.charCodeAt(at - 1))) ends.push(at);
  }
  if (text.length > 0) ends.push(text.length);
  return ends;
}

/** Whether a text can be cut from the one before it. */
export function isCut(before: string, after: string): boolean {
  return before === "" || after === "" || (after.startsWith("\n") && isWritten(before.charCodeAt(before.length - 1)));
}

/** Anything but white space, as far as it is in doubt: a character beyond Latin-1 may be a space of its own kind. */
function isWritten(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** Line ends in a text. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
