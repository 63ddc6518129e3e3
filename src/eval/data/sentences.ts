/** Sets of sentences with something to fill in: LAMBADA, the Children's Book Test, Winograd schemas. */
import { readablePtb } from "../detokenize/english.ts";
import { DataError, type DataSource, type Located, readRecords, RecordError, sourceLines } from "./dataSource.ts";
import { Fields, jsonValues } from "./json.ts";

/** A passage whose last word is to be found. */
export interface LastWordRecord {
  /** Without the space before the word. */
  readonly context: string;
  readonly word: string;
}

/** LAMBADA (Paperno et al. 2016): a passage a line of words, or `{"text": …}` a line as OpenAI published it. */
export function readLambada(source: DataSource): AsyncGenerator<LastWordRecord> {
  const isJson = source.files.every(({ name }) => /\.jsonl?$/.test(name));
  if (isJson) {
    return readRecords(source, jsonValues(source, ["data"]), (value) => lastWord(new Fields(value).text("text")));
  }
  return readRecords(source, sourceLines(source), (line) => lastWord(readablePtb(line)));
}

function lastWord(text: string): LastWordRecord {
  const [, context, word] = /^([\s\S]*\S)\s+(\S+)\s*$/.exec(text) ?? [];
  if (context === undefined || word === undefined) throw new RecordError("a passage needs two words or more");
  return { context, word };
}

/** A text with a gap, and words that may fill it. */
export interface ClozeRecord {
  readonly before: string;
  readonly after: string;
  readonly choices: readonly string[];
  /** Index into the choices. */
  readonly answer: number;
}

const GAP = "XXXXX";

/** The Children's Book Test (Hill et al. 2016): twenty numbered sentences, and a twenty-first with a gap. */
export function readChildrensBooks(source: DataSource): AsyncGenerator<ClozeRecord> {
  return readRecords(source, blocks(source), parseBook);
}

interface Block {
  readonly lines: readonly string[];
}

async function* blocks(source: DataSource): AsyncGenerator<Located<Block>> {
  for (const file of source.files) {
    let lines: string[] = [];
    let line = 1;
    for await (const { number, text } of file.lines()) {
      if (text.trim() !== "") {
        if (lines.length === 0) line = number;
        lines.push(text);
        continue;
      }
      if (lines.length > 0) yield { file, line, value: { lines } };
      lines = [];
    }
    if (lines.length > 0) yield { file, line, value: { lines } };
  }
}

function parseBook({ lines }: Block): ClozeRecord {
  const sentences = lines.map((line, i) => {
    const [, number, text] = /^(\d+) (.*)$/.exec(line) ?? [];
    if (Number(number) !== i + 1 || text === undefined) {
      throw new RecordError(`sentence ${i + 1} of the story does not begin with "${i + 1} "`);
    }
    return text;
  });
  const [query = "", answer = "", , list = ""] = (sentences.at(-1) ?? "").split("\t");
  const choices = list.split("|").map((choice) => choice.trim());
  const index = choices.indexOf(answer.trim());
  if (!query.includes(GAP)) throw new RecordError(`the last sentence has no ${GAP}`);
  if (index === -1) throw new RecordError("the answer is not among the choices");
  if (choices.some((choice) => choice === "")) throw new RecordError("a choice is empty");
  const story = sentences.slice(0, -1).map(readablePtb);
  const [before = "", after = ""] = readablePtb(query).split(GAP);
  return { before: [...story, before].join(" ").trim(), after, choices, answer: index };
}

/** A sentence with a pronoun, and what it may stand for. */
export interface WinogradRecord extends ClozeRecord {
  readonly pronoun: string;
}

/**
 * Winograd schemas (Levesque et al. 2012): the collection's own XML, or an object a line with `text`, `pronoun`,
 * `pronoun_loc`, `options` and `label`, as the hub has WSC273.
 */
export function readWinograd(source: DataSource): AsyncGenerator<WinogradRecord> {
  const isXml = source.files.every(({ name }) => name.endsWith(".xml"));
  if (isXml) return readRecords(source, xmlSchemas(source), parseXmlSchema);
  return readRecords(source, jsonValues(source, ["data", "rows"]), (value) => {
    const given = new Fields(value);
    const fields = given.has("row") ? given.fields("row") : given;
    const text = fields.text("text");
    const pronoun = fields.text("pronoun");
    const at = fields.number("pronoun_loc");
    if (text.slice(at, at + pronoun.length) !== pronoun) {
      throw new RecordError(`"${pronoun}" does not stand at ${at} of the text`);
    }
    const label = fields.number("label");
    return schema(text.slice(0, at), pronoun, text.slice(at + pronoun.length), fields.texts("options"), label);
  });
}

async function* xmlSchemas(source: DataSource): AsyncGenerator<Located<string>> {
  for (const file of source.files) {
    const text = await file.text();
    let line = 1;
    let counted = 0;
    for (const found of text.matchAll(/<schema>([\s\S]*?)<\/schema>/g)) {
      line += text.slice(counted, found.index).split("\n").length - 1;
      counted = found.index;
      yield { file, line, value: found[1] ?? "" };
    }
    const open = text.lastIndexOf("<schema>");
    if (open > text.lastIndexOf("</schema>")) {
      const at = text.slice(0, open).split("\n").length;
      source.reject(new DataError(file.path, at, "a schema is cut off"));
    }
  }
}

function parseXmlSchema(xml: string): WinogradRecord {
  const texts = (name: string, inside = xml): string[] =>
    [...inside.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, text = ""]) => plainXml(text));
  const [before = ""] = texts("txt1");
  const [pronoun] = texts("pron");
  const [after = ""] = texts("txt2");
  const [correct = ""] = texts("correctAnswer");
  if (pronoun === undefined) throw new RecordError("<pron> is missing");
  const label = correct.trim().toUpperCase().charCodeAt(0) - "A".charCodeAt(0);
  const space = before === "" ? "" : `${before} `;
  const rest = /^[,.;:!?']/.test(after) ? after : ` ${after}`;
  return schema(space, pronoun, rest, texts("answer"), label);
}

function plainXml(text: string): string {
  const plain = text.replace(/\s+/g, " ").trim();
  return plain
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

const POSSESSIVE = new Set(["my", "his", "her", "our", "their"]);
const BEGINNING = new Set(["A", "An", "The", "She", "He", "It", "They", "My", "His", "Her", "Their"]);

/** The schema with its options as they stand in the sentence, as lm-evaluation-harness writes WSC273's. */
function schema(
  before: string,
  pronoun: string,
  after: string,
  options: readonly string[],
  answer: number,
): WinogradRecord {
  if (options.length < 2) throw new RecordError("there are fewer than two options");
  if (options[answer] === undefined) throw new RecordError("the right answer is none of the options");
  const beginsSentence = /(?:^|[.!?]["')]*)\s*$/.test(before);
  const choices = options.map((option) => {
    const [first = "", ...rest] = option.trim().replace(/\.$/, "").split(" ");
    const lower = !beginsSentence && BEGINNING.has(first) ? first.toLowerCase() : first;
    const upper = beginsSentence ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower;
    return [upper, ...rest].join(" ") + (POSSESSIVE.has(pronoun.toLowerCase()) ? "'s" : "");
  });
  return { before: before.trimEnd(), after, choices, answer, pronoun };
}
