import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { bytesOfPiece } from "./byteLevel.ts";
import { findMiddleTokens, type MiddleTokens } from "./middleTokens.ts";
import type { TokenizerJson } from "./tokenizerJson.ts";
import { TokensByBytes } from "./tokensByBytes.ts";

/**
 * GPT-2's pattern for words (openai/gpt-2's encoder.py), with white space spelled out: JavaScript's `\s` has U+FEFF and
 * lacks U+0085, unlike that of the reference.
 */
const WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+" +
  "|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+";
const WORDS_PATTERN = new RegExp(WORDS, "gu");

/** Whether the tokenizer cuts a text into words as GPT-2's does. */
function cutsWords({ pre_tokenizer: original }: TokenizerJson): boolean {
  return original?.type === "ByteLevel" && original.use_regex !== false;
}

function preTokenizer(json: TokenizerJson): unknown {
  const { pre_tokenizer: original } = json;
  if (!cutsWords(json)) return original;
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
  /** The same of the ids that a prompt may have; a special token that a model has no row for hurts nobody. */
  readonly writtenSize: number;
  /** Absent for a model that does not fill in the middle. */
  readonly middleTokens: MiddleTokens | undefined;
  /** The ids of tokens that are no text, such as `<|endoftext|>`. */
  readonly #specialIds: ReadonlySet<number>;
  /** Matches each word of a text, where every word is encoded by itself; undefined for another kind of tokenizer. */
  readonly words: RegExp | undefined;
  readonly #bpe: HuggingFaceTokenizer;
  /** The bytes of each id; ids that the vocabulary skips are absent. */
  readonly #bytes: (Uint8Array | undefined)[] = [];
  #sorted: TokensByBytes | undefined;

  constructor(json: TokenizerJson) {
    const { added_tokens: added = [] } = json;
    const words = added.filter(({ special }) => special === false);
    // Without the special tokens, `<|endoftext|>` in a document is text like any other: what a user types never acts.
    this.#bpe = new HuggingFaceTokenizer({ ...json, pre_tokenizer: preTokenizer(json), added_tokens: words }, {});
    for (const [piece, id] of Object.entries(json.model.vocab)) this.#bytes[id] = bytesOfPiece(piece);
    const textSize = Math.max(this.#bytes.length, ...words.map(({ id }) => id + 1));
    for (const { id, content } of added) this.#bytes[id] = new TextEncoder().encode(content);
    this.middleTokens = findMiddleTokens(added);
    this.#specialIds = new Set(added.filter(({ special }) => special !== false).map(({ id }) => id));
    this.vocabularySize = this.#bytes.length;
    this.writtenSize = Math.max(textSize, ...Object.values<number>({ ...this.middleTokens }).map((id) => id + 1));
    const cutsAsGpt2 = cutsWords(json) && json.pre_tokenizer?.add_prefix_space !== true && words.length === 0;
    this.words = cutsAsGpt2 ? WORDS_PATTERN : undefined;
  }

  /**
   * The ids of a text. Special tokens written in it are ordinary text; a lone surrogate becomes U+FFFD, as in UTF-8.
   * Linear in the length of the text.
   */
  encode(text: string): number[] {
    if (text === "") return [];
    return this.#bpe.encode(text.toWellFormed(), { add_special_tokens: false }).ids;
  }

  /** The last piece that the text is cut into before each piece is encoded; empty for an empty text. */
  lastWord(text: string): string {
    return text.match(WORDS_PATTERN)?.at(-1) ?? "";
  }

  /** The same for tokenizers whose ids stand for the same texts: GPT-2's four sizes share one. */
  get fingerprint(): number {
    let hash = 0x811c9dc5 ^ this.#bytes.length;
    for (const bytes of this.#bytes) {
      for (const byte of bytes ?? []) hash = Math.imul(hash ^ byte, 0x01000193);
      // Ends the token, so that no two rows of tokens run together.
      hash = Math.imul(hash ^ 0x100, 0x01000193);
    }
    return hash;
  }

  /** All tokens that are text, by their bytes; made when it is first asked for. */
  get byBytes(): TokensByBytes {
    this.#sorted ??= new TokensByBytes(this.#bytes.map((bytes, id) => (this.#specialIds.has(id) ? undefined : bytes)));
    return this.#sorted;
  }

  /** The bytes of a token, which may be part of a character only; none for an id without an entry. */
  bytesOf(id: number): Uint8Array {
    return this.#bytes[id] ?? new Uint8Array();
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
  readonly #tokenizer: Tokenizer;
  // A BOM is a character of the text, not a signature to swallow.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The characters that this token completes. */
  push(id: number): string {
    return this.#decoder.decode(this.#tokenizer.bytesOf(id), { stream: true });
  }

  /** What is left at the end: U+FFFD for a character that never became whole. */
  end(): string {
    return this.#decoder.decode();
  }
}
