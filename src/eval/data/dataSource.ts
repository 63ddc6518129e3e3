/** Files of a data set as readers see them; whoever reads the disk makes them. */

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its line break. */
  readonly text: string;
}

export interface DataFile {
  /** As the user named it, for messages. */
  readonly path: string;
  /** The file's own name. */
  readonly name: string;
  /** Lines as they come, so that a large file need not fit the memory; one that is no UTF-8 is reported and left out. */
  lines(): AsyncIterable<Line>;
  /** All of it. @throws DataError where it is no UTF-8 */
  text(): Promise<string>;
}

export interface DataSource {
  /** What the user named. */
  readonly path: string;
  /** The file, or all files below the folder, by name. */
  readonly files: readonly DataFile[];
  /** Told a record that cannot be used. It returns where such records are skipped, and throws where they are not. */
  reject(error: DataError): void;
}

/** Something that is wrong with data: where, and why. */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly file: string;
  readonly line: number | undefined;
  readonly reason: string;

  /** @param reason one clause without a full stop: `"answer" is missing` */
  constructor(file: string, line: number | undefined, reason: string) {
    super(`${file}${line === undefined ? "" : `, line ${line}`}: ${reason}.`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** A record of which a part is missing or of another kind; {@link readRecords} adds the place. */
export class RecordError extends Error {
  override readonly name = "RecordError";
}

/** Where in a data set something stands. */
export interface Located<T> {
  readonly file: DataFile;
  readonly line: number;
  readonly value: T;
}

/**
 * Turns located values into records. One that cannot be used is rejected; a set without any record is an error.
 * @param parse throws {@link RecordError} for what it cannot use
 * @throws DataError when nothing is left, or as `source.reject` does
 */
export async function* readRecords<T, R>(
  source: DataSource,
  values: AsyncIterable<Located<T>>,
  parse: (value: T, where: Located<T>) => R,
): AsyncGenerator<R> {
  let found = 0;
  for await (const where of values) {
    let record: R;
    try {
      record = parse(where.value, where);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      source.reject(new DataError(where.file.path, where.line, error.message));
      continue;
    }
    found++;
    yield record;
  }
  if (found === 0) throw new DataError(source.path, undefined, "it has no record that this task can read");
}

/** All lines that are not blank. */
export async function* sourceLines({ files }: DataSource): AsyncGenerator<Located<string>> {
  for (const file of files) {
    for await (const { number, text } of file.lines()) {
      if (text.trim() !== "") yield { file, line: number, value: text };
    }
  }
}
