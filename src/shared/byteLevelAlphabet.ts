/**
 * GPT-2's byte-level alphabet: each byte is written as one printable character, so that a vocabulary of strings can
 * hold any bytes (`bytes_to_unicode` in openai/gpt-2's encoder.py).
 */
export const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = makeAlphabet();

function makeAlphabet(): ReadonlyMap<string, number> {
  const alphabet = new Map<string, number>();
  let unprintable = 0;
  for (let byte = 0; byte < 256; byte++) {
    // Printable Latin-1 characters stand for themselves; the others are numbered from U+0100 on.
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    alphabet.set(String.fromCharCode(printable ? byte : 256 + unprintable++), byte);
  }
  return alphabet;
}
