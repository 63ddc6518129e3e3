/** No chunk: before the first and after the last of a file. */
export const NONE = -1;

const COLUMNS = ["segment", "start", "entry", "length", "file", "previous", "next", "characters", "lines"] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Where each chunk of each file lies, in columns of numbers: a million lines have a hundred thousand chunks, and as many
 * objects would take several times the memory. Numbers of chunks that are freed are given out again.
 */
export class ChunkTable {
  /** Slot of the segment that holds it, where it begins there, and its number among the segment's chunks. */
  segment = new Int32Array(0);
  start = new Int32Array(0);
  entry = new Int32Array(0);
  /** In tokens. */
  length = new Int32Array(0);
  file = new Int32Array(0);
  /** Its neighbours in the file, or {@link NONE}. */
  previous = new Int32Array(0);
  next = new Int32Array(0);
  /** UTF-16 code units of its text, and line ends in it. */
  characters = new Int32Array(0);
  lines = new Int32Array(0);
  #used = 0;
  readonly #free: number[] = [];

  get byteLength(): number {
    return COLUMNS.length * this.length.byteLength;
  }

  /** A number for a new chunk; its columns are to be set. */
  allocate(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#used === this.length.length) this.#grow();
    return this.#used++;
  }

  release(chunk: number): void {
    this.#free.push(chunk);
  }

  #grow(): void {
    const size = Math.max(64, Math.ceil(1.5 * this.#used));
    for (const column of COLUMNS) this[column] = grown(this[column], size);
  }
}

function grown(column: ChunkTable[Column], size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}
