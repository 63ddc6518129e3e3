import type { TextEdit } from "../../shared/memory.ts";

/** Typing is told when it rests. */
const REST_MS = 400;

/** Edits of open documents that the engine was not told yet, by the documents' names in the memory. */
export class PendingEdits {
  readonly #byPath = new Map<string, TextEdit[]>();
  readonly #tell: (path: string, edits: TextEdit[]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param tell called for each document when nothing has been typed for a while */
  constructor(tell: (path: string, edits: TextEdit[]) => void) {
    this.#tell = tell;
  }

  add(path: string, edits: readonly TextEdit[]): void {
    this.#byPath.set(path, [...(this.#byPath.get(path) ?? []), ...edits]);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellAll(), REST_MS);
  }

  /** The whole text is told instead, or the document was closed. */
  forget(path: string): void {
    this.#byPath.delete(path);
  }

  /** Where the document first differs from what the engine was told, as far as `offset`. */
  firstBefore(path: string, offset: number): number {
    return Math.min(offset, ...(this.#byPath.get(path) ?? []).map(({ start }) => start));
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #tellAll(): void {
    const all = [...this.#byPath];
    this.#byPath.clear();
    for (const [path, edits] of all) this.#tell(path, edits);
  }
}
