/** Text as Python's `str` cuts it. The reference metrics are written in Python, and JavaScript's `\s` is another set. */

/** What `str.isspace` accepts: with the four separators of ASCII and the next line, without the byte order mark. */
const SPACES = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BETWEEN_WORDS = new RegExp(`${SPACES}+`);
const AT_END = new RegExp(`(?<!${SPACES})${SPACES}+$`);

/** `str.split()`: the pieces between runs of white space, none of them empty. */
export function splitWords(text: string): string[] {
  return text.split(BETWEEN_WORDS).filter((word) => word !== "");
}

/** `str.rstrip()` */
export function trimEnd(text: string): string {
  return text.replace(AT_END, "");
}
