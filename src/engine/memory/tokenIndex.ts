import { ChunkStore } from "./chunkStore.ts";
import { NONE } from "./chunkTable.ts";
import { TOKENS_HASHED_BEFORE } from "./contextHash.ts";

/** Tokens and text of a part of a file: whole lines, so that it is tokenized as it is in the whole file. */
export interface Chunk {
  readonly tokens: ArrayLike<number>;
  /** UTF-16 code units of its text. */
  readonly characters: number;
  /** Line ends in it. */
  readonly lines: number;
}

/** A file that the index holds: a chain of chunks. */
export interface IndexedFile {
  /** Below {@link TokenIndex.fileLimit}; given out again when the file is removed. */
  readonly id: number;
  path: string;
  first: number;
  last: number;
  tokens: number;
  characters: number;
  /** When it last changed: larger is later. */
  touched: number;
}

/** The token streams of files, and an index of every context in them. A change of a file costs the chunks it touches. */
export class TokenIndex {
  readonly store: ChunkStore;
  readonly #byPath = new Map<string, IndexedFile>();
  readonly #byId: (IndexedFile | undefined)[] = [];
  #clock = 0;

  /** @param vocabularySize ids are smaller */
  constructor(vocabularySize: number) {
    this.store = new ChunkStore(vocabularySize);
  }

  get files(): ReadonlyMap<string, IndexedFile> {
    return this.#byPath;
  }

  get fileLimit(): number {
    return this.#byId.length;
  }

  /** The time of the latest change, on the clock of {@link IndexedFile.touched}. */
  get now(): number {
    return this.#clock;
  }

  fileOf(chunk: number): IndexedFile | undefined {
    return this.#byId[this.store.table.file[chunk] ?? NONE];
  }

  /** The file of this path; an empty one if there was none. */
  open(path: string): IndexedFile {
    const known = this.#byPath.get(path);
    if (known) return known;
    const free = this.#byId.indexOf(undefined);
    const id = free === -1 ? this.#byId.length : free;
    const file: IndexedFile = { id, path, first: NONE, last: NONE, tokens: 0, characters: 0, touched: ++this.#clock };
    this.#byId[id] = file;
    this.#byPath.set(path, file);
    return file;
  }

  remove(path: string): boolean {
    const file = this.#byPath.get(path);
    if (!file) return false;
    this.replace(file, file.first, NONE, []);
    this.#byId[file.id] = undefined;
    return this.#byPath.delete(path);
  }

  /** Gives a file another path, and takes the place of one that had it. */
  rename(from: string, to: string): boolean {
    const file = this.#byPath.get(from);
    if (!file) return false;
    if (from === to) return true;
    this.remove(to);
    this.#byPath.delete(from);
    file.path = to;
    this.#byPath.set(to, file);
    return true;
  }

  /** The chunks of a file, in order. */
  *chunksOf(file: IndexedFile): Generator<number> {
    const { table } = this.store;
    for (let chunk = file.first; chunk !== NONE; chunk = table.next[chunk] ?? NONE) yield chunk;
  }

  /**
   * Puts chunks in the place of those from `from` up to, and without, `until`; {@link NONE} is the end of the file. None
   * of them may be empty.
   */
  replace(file: IndexedFile, from: number, until: number, chunks: readonly Chunk[]): void {
    const { table } = this.store;
    const before = from === NONE ? file.last : (table.previous[from] ?? NONE);
    for (let chunk = from; chunk !== NONE && chunk !== until;) {
      const next = table.next[chunk] ?? NONE;
      this.#discard(file, chunk);
      chunk = next;
    }
    link(this.store, file, before, until);
    let last = before;
    for (const chunk of chunks) {
      const number = table.allocate();
      link(this.store, file, last, number);
      link(this.store, file, number, until);
      this.#fill(file, number, chunk);
      last = number;
    }
    // The hashes of the first tokens after the change were made of what stood before them.
    let covered = 0;
    for (let chunk = until; chunk !== NONE && covered < TOKENS_HASHED_BEFORE; chunk = table.next[chunk] ?? NONE) {
      covered += table.length[chunk] ?? 0;
      this.store.rewrite(chunk);
    }
    file.touched = ++this.#clock;
  }

  #fill(file: IndexedFile, number: number, { tokens, characters, lines }: Chunk): void {
    const { table } = this.store;
    table.file[number] = file.id;
    table.characters[number] = characters;
    table.lines[number] = lines;
    this.store.write(number, tokens);
    file.tokens += tokens.length;
    file.characters += characters;
  }

  #discard(file: IndexedFile, chunk: number): void {
    const { table } = this.store;
    file.tokens -= table.length[chunk] ?? 0;
    file.characters -= table.characters[chunk] ?? 0;
    this.store.remove(chunk);
    table.release(chunk);
  }
}

function link({ table }: ChunkStore, file: IndexedFile, before: number, after: number): void {
  if (before === NONE) file.first = after;
  else table.next[before] = after;
  if (after === NONE) file.last = before;
  else table.previous[after] = before;
}
