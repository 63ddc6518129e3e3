import type { MemoryStatus, TextEdit } from "../../shared/memory.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { WordEncoder } from "../tokenizer/wordEncoder.ts";
import { NONE } from "./chunkTable.ts";
import { applyEdit, chunksOf, type Coding } from "./fileText.ts";
import { TokenIndex } from "./tokenIndex.ts";

const DEFAULT_LIMIT = 256e6;
const CHUNK_TOKENS = 96;
const CLEANED_AFTER_EDIT = 8;

/** What is known of a workspace's text: the tokens of its files, found by any context. For one tokenizer. */
export class Memory {
  readonly tokenizer: Tokenizer;
  readonly #coding: Coding;
  #tokens: TokenIndex;
  #limit = DEFAULT_LIMIT;
  /** What the whole text of a file was, so that one that did not change costs nothing. */
  #digests = new Map<string, number>();

  /** @param chunkTokens a small edit costs about as many */
  constructor(tokenizer: Tokenizer, chunkTokens = CHUNK_TOKENS) {
    this.tokenizer = tokenizer;
    this.#coding = { tokenizer, encoder: new WordEncoder(tokenizer), chunkTokens };
    this.#tokens = new TokenIndex(tokenizer.vocabularySize);
  }

  get index(): TokenIndex {
    return this.#tokens;
  }

  get status(): MemoryStatus {
    const { files, store } = this.#tokens;
    return { files: files.size, tokens: store.live, bytes: store.byteLength, isFull: this.#isFull };
  }

  /** @param bytes the most that the index may take; files that are there stay */
  limitTo(bytes: number): void {
    this.#limit = bytes;
  }

  /**
   * Takes a file in, or its new text. A generator, so that the work can stop between two chunks: meanwhile the index
   * holds the beginning of the file. A new file is refused when the memory is full.
   */
  *update(path: string, text: string): Generator<void, void> {
    const lines = text.replaceAll("\r\n", "\n");
    const digest = digestOf(lines);
    if (this.#digests.get(path) === digest) return;
    if (this.#isFull && !this.#tokens.files.has(path)) return;
    const file = this.#tokens.open(path);
    this.#tokens.replace(file, file.first, NONE, []);
    this.#digests.delete(path);
    let { touched } = file;
    for (const chunk of chunksOf(lines, this.#coding)) {
      // While this work rested, a later request may have changed the file, or taken it out: that one has the last word.
      if (this.#tokens.files.get(path) !== file || file.touched !== touched) return;
      this.#tokens.replace(file, NONE, NONE, [chunk]);
      ({ touched } = file);
      yield;
    }
    if (this.#tokens.files.get(path) === file && file.touched === touched) this.#digests.set(path, digest);
  }

  /**
   * Applies edits to a file, one after the other. Costs the edits.
   * @param length of the file's text afterwards
   * @returns false when the file is not known or its text was another one: it is to be taken in anew
   */
  edit(path: string, edits: readonly TextEdit[], length: number): boolean {
    const file = this.#tokens.files.get(path);
    if (!file) return false;
    this.#digests.delete(path);
    for (const edit of edits) {
      if (!applyEdit(this.#tokens, file, edit, this.#coding)) return false;
    }
    // Each edit leaves a few dead chunks, and clears as many away.
    for (let chunk = 0; chunk < CLEANED_AFTER_EDIT && this.clean(); chunk++);
    return file.characters === length;
  }

  remove(path: string): boolean {
    this.#digests.delete(path);
    return this.#tokens.remove(path);
  }

  /** Moves a file to another path; its text stays. */
  rename(from: string, to: string): boolean {
    const digest = this.#digests.get(from);
    if (!this.#tokens.rename(from, to)) return false;
    this.#digests.delete(from);
    if (digest === undefined) this.#digests.delete(to);
    else this.#digests.set(to, digest);
    return true;
  }

  /**
   * Moves a chunk, where much of the memory is held by text that was removed.
   * @returns whether there is more to do
   */
  clean(): boolean {
    return this.#tokens.store.clean();
  }

  clear(): void {
    this.#tokens = new TokenIndex(this.tokenizer.vocabularySize);
    this.#digests.clear();
  }

  get #isFull(): boolean {
    return this.#tokens.store.byteLength >= this.#limit;
  }
}

/** FNV-1a over UTF-16 code units: it tells changes apart, not attackers. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5 ^ text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
