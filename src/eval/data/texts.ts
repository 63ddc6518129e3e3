/** Texts for language modelling, with what their tables count by. */
import { detokenizeLine, type TokenizedStyle } from "../detokenize/english.ts";
import { DataError, type DataSource } from "./dataSource.ts";

/** A part of a text. */
export interface TextPart {
  readonly text: string;
  /** Words of the set's own tokenization, its ends of lines among them; bytes or characters, for sets that count those. */
  readonly units: number;
}

export interface LanguageText {
  readonly parts: readonly TextPart[];
  /** What a reader must know of how it was read. */
  readonly notes: readonly string[];
}

/** Lines of words as plain text. Each line counts its words and its end, as the set's own vocabulary does. */
export async function readTokenizedText(source: DataSource, style: TokenizedStyle): Promise<LanguageText> {
  const parts: TextPart[] = [];
  let sentences = 0;
  let kept = 0;
  for (const file of source.files) {
    for await (const { text: line } of file.lines()) {
      const words = line.trim() === "" ? 0 : line.trim().split(/ +/).length;
      const plain = detokenizeLine(line, style);
      parts.push({ text: `${plain.text}\n`, units: words + 1 });
      if (words > 0) sentences += plain.sentences;
      kept += plain.kept;
    }
  }
  if (sentences === 0) throw new DataError(source.path, undefined, "there is no text in it");
  const share = ((100 * kept) / sentences).toFixed(1);
  return {
    parts,
    notes: [
      `De-tokenized; ${kept} of ${sentences} sentences (${share}%) stay tokenized, since their tokens could not be had back from plain text.`,
    ],
  };
}

/** The last part of a text that is one stream of bytes or characters: what the field tests enwik8 and text8 on. */
export async function readStream(source: DataSource, unit: "bytes" | "characters"): Promise<LanguageText> {
  const [file, ...others] = source.files;
  if (!file || others.length > 0) throw new DataError(source.path, undefined, "it must be one file");
  const whole = await file.text();
  if (whole.trim() === "") throw new DataError(file.path, undefined, "there is no text in it");
  const isWhole = whole.length >= STREAM_TEST * 10;
  const text = isWhole ? lastUnits(whole, unit) : whole;
  const units = unit === "bytes" ? new TextEncoder().encode(text).length : text.length;
  const note = isWhole ? `The last 5,000,000 ${unit} of the file, as the field tests it.` : "All of the file.";
  return { parts: [{ text, units }], notes: [note] };
}

const STREAM_TEST = 5_000_000;

/** At most as many bytes or characters, from the beginning of a character on. */
function lastUnits(text: string, unit: "bytes" | "characters"): string {
  if (unit === "characters") return text.slice(-STREAM_TEST);
  const bytes = new TextEncoder().encode(text.slice(-STREAM_TEST));
  let start = bytes.length - STREAM_TEST;
  // Bytes that go on with a character begin with the bits 10.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(bytes.subarray(start));
}
