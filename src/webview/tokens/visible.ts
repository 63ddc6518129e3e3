/** Characters that a person would not see, or that turn the text around them, with what is shown instead. */
const SIGNS: Readonly<Record<string, string>> = { " ": "·", "\n": "⏎", "\r": "␍", "\t": "⇥" };

/** The longest piece that a label shows. */
const LONGEST = 60;

/** A token as a label: white space and control characters can be seen, and nothing changes the writing direction. */
export function visible(text: string): string {
  const shown = text.replace(/[ \n\r\t]|[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return SIGNS[character] ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
