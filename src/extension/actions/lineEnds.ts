/** The text as a model reads it: one character ends a line. */
export function withPlainLineEnds(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** Where a place in the text as a model reads it stands in the text itself, in UTF-16 code units. */
export function offsetWithin(text: string, plainOffset: number): number {
  let offset = 0;
  for (let plain = 0; plain < plainOffset && offset < text.length; plain++) {
    offset += text.startsWith("\r\n", offset) ? 2 : 1;
  }
  return offset;
}
