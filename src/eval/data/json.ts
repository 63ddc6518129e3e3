/** Records of JSON files: one an object a line (`.jsonl`), or a list, which may be a property of one large object. */
import { DataError, type DataSource, type Located, RecordError } from "./dataSource.ts";

/**
 * The JSON values of a set. Of a `.json` file that is a list, or an object with a list under one of `keys`, the items; of
 * any other file a value a line. What does not parse is rejected, with its line.
 */
export async function* jsonValues(source: DataSource, keys: readonly string[]): AsyncGenerator<Located<unknown>> {
  for (const file of source.files) {
    if (file.name.endsWith(".json")) {
      const text = await file.text();
      const start = startOfList(text, keys);
      if (start !== undefined) {
        for (const { line, text: item, problem } of listItems(text, start)) {
          const reason = problem ?? problemOf(item);
          if (reason === undefined) yield { file, line, value: JSON.parse(item) as unknown };
          else source.reject(new DataError(file.path, line, reason));
        }
        continue;
      }
    }
    for await (const { number, text } of file.lines()) {
      // Some sets say in comments that they are for measuring only.
      if (text.trim() === "" || text.startsWith("#")) continue;
      const reason = problemOf(text);
      if (reason === undefined) yield { file, line: number, value: JSON.parse(text) as unknown };
      else source.reject(new DataError(file.path, number, reason));
    }
  }
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [what = ""] = (error instanceof Error ? error.message : String(error)).split(/, "|\n/);
    return `it is not valid JSON (${what.replace(/\.$/, "")})`;
  }
}

/** Where the items of the list begin: after its bracket. */
function startOfList(text: string, keys: readonly string[]): number | undefined {
  const first = text.search(/\S/);
  if (text[first] === "[") return first + 1;
  if (text[first] !== "{") return undefined;
  for (const key of keys) {
    const found = new RegExp(`"${key}"\\s*:\\s*\\[`).exec(text);
    if (found) return found.index + found[0].length;
  }
  return undefined;
}

interface ListItem {
  readonly line: number;
  readonly text: string;
  readonly problem?: string;
}

/** The items of a list, cut by their brackets, so that one that does not parse spoils no other. */
function* listItems(text: string, start: number): Generator<ListItem> {
  let line = countLines(text, 0, start) + 1;
  let depth = 0;
  let begin = -1;
  let inString = false;
  const itemLine = (): number => line + countLines(text, counted, begin);
  let counted = start;
  for (let i = start; i < text.length; i++) {
    const character = text[i] ?? "";
    if (inString) {
      if (character === "\\") i++;
      else if (character === '"') inString = false;
      continue;
    }
    const ends = depth === 0 && (character === "," || character === "]");
    if (ends && begin !== -1) {
      line = itemLine();
      counted = begin;
      yield { line, text: text.slice(begin, i) };
      begin = -1;
    }
    if (ends && character === "]") return;
    if (ends || /\s/.test(character)) continue;
    if (begin === -1) begin = i;
    if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
  }
  if (begin === -1) begin = text.length;
  yield { line: itemLine(), text: "", problem: "the file ends in the middle of its list: it is cut off" };
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** A JSON object with its properties' types checked as they are taken. */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>;

  /** @throws RecordError where it is no object */
  constructor(value: unknown, what = "the record") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new RecordError(`${what} is not an object`);
    }
    this.#object = value as Record<string, unknown>;
  }

  /** The first of some properties that is there. @throws RecordError where none is, or it is no text */
  text(...names: readonly string[]): string {
    const [name, value] = this.#first(names);
    if (typeof value !== "string") throw new RecordError(`"${name}" is not a text`);
    if (value.trim() === "") throw new RecordError(`"${name}" is empty`);
    return value;
  }

  number(...names: readonly string[]): number {
    const [name, value] = this.#first(names);
    if (typeof value !== "number" || !Number.isFinite(value)) throw new RecordError(`"${name}" is not a number`);
    return value;
  }

  /** A list of texts, or one text as a list of one. */
  texts(...names: readonly string[]): string[] {
    const [name, value] = this.#first(names);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0 || !list.every((item): item is string => typeof item === "string" && item.trim() !== "")) {
      throw new RecordError(`"${name}" is not a text or a list of texts`);
    }
    return list;
  }

  list(...names: readonly string[]): unknown[] {
    const [name, value] = this.#first(names);
    if (!Array.isArray(value) || value.length === 0) throw new RecordError(`"${name}" is not a list with items`);
    return value as unknown[];
  }

  fields(...names: readonly string[]): Fields {
    const [name, value] = this.#first(names);
    return new Fields(value, `"${name}"`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  values(): unknown[] {
    return Object.values(this.#object);
  }

  #first(names: readonly string[]): [name: string, value: unknown] {
    const name = names.find((one) => this.has(one));
    if (name === undefined) throw new RecordError(`${names.map((one) => `"${one}"`).join(" or ")} is missing`);
    return [name, this.#object[name]];
  }
}
