/** Characters as a reader counts them: an emoji or a letter with its accents is one, however many code units it has. */
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
/** No character is longer, as people write them. */
const LONGEST = 64;
/** What stands for the bytes of no character, and one half of a surrogate pair. */
const BROKEN = /[\ufffd\p{Cs}]/u;

/**
 * What a model wrote up to its first broken character, since it writes bytes and may end between those of one character;
 * lines end in `\n`.
 */
export function toDocumentText(written: string): string {
  const text = written.replaceAll(/\r\n?/g, "\n");
  const index = text.search(BROKEN);
  return index === -1 ? text : text.slice(0, index);
}

/** The greatest length up to a given one at which a text can be cut without cutting a character. */
export function wholeLength(text: string, length: number): number {
  const start = Math.max(0, length - LONGEST);
  const around = text.slice(start, length + LONGEST);
  const index = graphemes.segment(around).containing(length - start)?.index;
  return index === undefined ? length : start + index;
}

/** Whether a text begins with a character of its own, and does not change the one before. */
export function beginsWhole(before: string, text: string): boolean {
  return (
    wholeLength(before.slice(-LONGEST) + text, Math.min(before.length, LONGEST)) === Math.min(before.length, LONGEST)
  );
}
