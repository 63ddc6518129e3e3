import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { bytesOfPiece } from "./byteLevel.ts";

/** The parts of a Hugging Face `tokenizer.json` that a byte-level BPE needs here. */
export interface TokenizerJson {
  model: { vocab: Record<string, number>; merges: unknown[] };
  pre_tokenizer?: { type: string; use_regex?: boolean; add_prefix_space?: boolean } | null;
  added_tokens?: readonly { id: number; content: string }[];
}

/**
 * GPT-2's pattern for words (openai/gpt-2's encoder.py), with white space spelled out: JavaScript's `\s` has U+FEFF and
 * lacks U+0085, unlike that of the reference.
 */
const WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+" +
  "|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+";

function preTokenizer({ pre_tokenizer: original }: TokenizerJson): unknown {
  if (original?.type !== "ByteLevel" || original.use_regex === false) return original;
  return {
    type: "Sequence",
    pretokenizers: [
      { type: "Split", pattern: { Regex: WORDS }, behavior: "Isolated", invert: false },
      { ...original, use_regex: false },
    ],
  };
}

/** Byte-level BPE of GPT-2 (Radford et al. 2019, section 2.2): any text becomes ids, and ids become bytes again. */
export class Tokenizer {
  /** One more than the largest id. */
  readonly vocabularySize: number;
  private readonly bpe: HuggingFaceTokenizer;
  /** The bytes of each id; ids that the vocabulary skips are absent. */
  private readonly bytes: (Uint8Array | undefined)[] = [];

  constructor(json: TokenizerJson) {
    // Without the added tokens, `<|endoftext|>` in a document is text like any other: what a user types never acts.
    this.bpe = new HuggingFaceTokenizer({ ...json, pre_tokenizer: preTokenizer(json), added_tokens: [] }, {});
    for (const [piece, id] of Object.entries(json.model.vocab)) this.bytes[id] = bytesOfPiece(piece);
    for (const { id, content } of json.added_tokens ?? []) this.bytes[id] = new TextEncoder().encode(content);
    this.vocabularySize = this.bytes.length;
  }

  /**
   * The ids of a text. Special tokens written in it are ordinary text; a lone surrogate becomes U+FFFD, as in UTF-8.
   * Linear in the length of the text.
   */
  encode(text: string): number[] {
    if (text === "") return [];
    return this.bpe.encode(text.toWellFormed(), { add_special_tokens: false }).ids;
  }

  /** The bytes of a token, which may be part of a character only; none for an id without an entry. */
  bytesOf(id: number): Uint8Array {
    return this.bytes[id] ?? new Uint8Array();
  }

  /** The text of ids. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string {
    return Buffer.concat(ids.map((id) => this.bytesOf(id))).toString("utf8");
  }

  /** A decoder for a stream of ids: it holds back the bytes of a character until they are all there. */
  streamDecoder(): StreamDecoder {
    return new StreamDecoder(this);
  }
}

export class StreamDecoder {
  private readonly tokenizer: Tokenizer;
  // A BOM is a character of the text, not a signature to swallow.
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(tokenizer: Tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The characters that this token completes. */
  push(id: number): string {
    return this.decoder.decode(this.tokenizer.bytesOf(id), { stream: true });
  }

  /** What is left at the end: U+FFFD for a character that never became whole. */
  end(): string {
    return this.decoder.decode();
  }
}
