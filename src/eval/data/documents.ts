/** Sets of passages: dialogues, articles, questions, translations, source files. */
import { type DataFile, DataError, type DataSource, type Located, readRecords, RecordError } from "./dataSource.ts";
import { Fields, jsonValues } from "./json.ts";

/** A question about a passage, with those asked before. */
export interface DialogueRecord {
  readonly passage: string;
  readonly turns: readonly { readonly question: string; readonly answer: string }[];
  readonly question: string;
  /** Of several people. */
  readonly answers: readonly string[];
}

/** CoQA (Reddy et al. 2019): a JSON file whose `data` are stories with questions and their answers. */
export async function* readCoqa(source: DataSource): AsyncGenerator<DialogueRecord> {
  const stories = readRecords(source, jsonValues(source, ["data"]), (value): DialogueRecord[] => {
    const story = new Fields(value);
    const passage = story.text("story");
    const questions = inputTexts(story.list("questions"), "questions");
    const first = inputTexts(story.list("answers"), "answers");
    const others = story.has("additional_answers")
      ? story
          .fields("additional_answers")
          .values()
          .map((answers) => inputTexts(Array.isArray(answers) ? answers : [], "additional_answers"))
      : [];
    const all = [first, ...others];
    if (all.some((answers) => answers.length !== questions.length)) {
      throw new RecordError("there are not as many answers as questions");
    }
    return questions.map((question, i) => ({
      passage,
      turns: questions.slice(0, i).map((asked, j) => ({ question: asked, answer: first[j] ?? "" })),
      question,
      answers: all.map((answers) => answers[i] ?? ""),
    }));
  });
  for await (const story of stories) yield* story;
}

function inputTexts(list: readonly unknown[], name: string): string[] {
  return list.map((item) => {
    const { input_text: text } = (item ?? {}) as { input_text?: unknown };
    if (typeof text !== "string") throw new RecordError(`an item of "${name}" has no "input_text"`);
    return text;
  });
}

export interface ArticleRecord {
  readonly article: string;
  readonly summary: string;
}

/**
 * CNN/Daily Mail: `.story` files with their `@highlight`s (Hermann et al. 2015), or objects with `article` and
 * `highlights` as the hub has them.
 */
export function readArticles(source: DataSource): AsyncGenerator<ArticleRecord> {
  if (source.files.some(({ name }) => name.endsWith(".story"))) {
    return readRecords(source, storyFiles(source), parseStory);
  }
  return readRecords(source, jsonValues(source, ["data"]), (value) => {
    const fields = new Fields(value);
    return {
      article: fields.text("article", "source", "input").trim(),
      summary: fields.text("highlights", "true_cnd", "output").trim(),
    };
  });
}

async function* storyFiles({ files }: DataSource): AsyncGenerator<Located<string>> {
  for (const file of files) {
    if (file.name.endsWith(".story")) yield { file, line: 1, value: await file.text() };
  }
}

function parseStory(text: string): ArticleRecord {
  const [article = "", ...highlights] = text.split(/^@highlight\s*$/m).map((part) => part.trim());
  if (highlights.length === 0) throw new RecordError("there is no @highlight");
  if (article === "") throw new RecordError("there is no text before the first @highlight");
  return { article: article.replace(/\n+/g, "\n"), summary: highlights.join("\n") };
}

export interface QuestionRecord {
  /** What the answer is to be found in, for reading comprehension. */
  readonly passage?: string;
  readonly question: string;
  readonly answers: readonly string[];
}

/** Questions with `question` and `answer` or `answers` (Natural Questions' NQ-open), or BIG-bench's `input` and `target`. */
export function readQuestions(source: DataSource): AsyncGenerator<QuestionRecord> {
  return readRecords(source, jsonValues(source, ["examples", "data"]), (value) => {
    const fields = new Fields(value);
    if (fields.has("input") && fields.has("output")) {
      return { passage: fields.text("input"), question: fields.text("question"), answers: [fields.text("output")] };
    }
    return { question: fields.text("question", "input"), answers: fields.texts("answer", "answers", "target") };
  });
}

export interface TranslationRecord {
  readonly english: string;
  readonly other: string;
}

export interface Translations {
  /** Code of the other language: `fr`. */
  readonly language: string;
  readonly records: AsyncIterable<TranslationRecord>;
}

const LANGUAGE_IN_NAME = /[.-](?:en|([a-z]{2}))(?:\.sgm)?$/;

/**
 * Sentences in English and another language: a pair of files by line or by `<seg>` whose names end in the languages
 * (`newstest2014-fren-ref.en.sgm`), or objects with `english` and `translation`, or with a text a language.
 */
export async function readTranslations(source: DataSource): Promise<Translations> {
  const ending = (file: DataFile): string | undefined => {
    const found = LANGUAGE_IN_NAME.exec(file.name);
    return found ? (found[1] ?? "en") : undefined;
  };
  const english = source.files.find((file) => ending(file) === "en");
  const other = source.files.find((file) => ending(file) !== undefined && ending(file) !== "en");
  if (english && other) {
    return { language: ending(other) ?? "", records: readRecords(source, pairs(english, other), parsePair) };
  }
  const named = /[.-]([a-z]{2})\.jsonl?$/.exec(source.files[0]?.name ?? "")?.[1];
  const language = named ?? (await firstLanguage(source));
  const records = readRecords(source, jsonValues(source, ["data"]), (value) => {
    const given = new Fields(value);
    const fields = given.has("english") || !given.has("translation") ? given : given.fields("translation");
    return fields.has("english")
      ? { english: fields.text("english"), other: fields.text("translation") }
      : { english: fields.text("en"), other: fields.text(language) };
  });
  return { language, records };
}

async function firstLanguage(source: DataSource): Promise<string> {
  // Whatever is wrong is rejected when the records are read.
  const quiet: DataSource = { ...source, reject: () => undefined };
  for await (const { value } of jsonValues(quiet, ["data"])) {
    if (typeof value !== "object" || value === null) continue;
    const { translation } = value as { translation?: unknown };
    const texts = typeof translation === "object" && translation !== null ? translation : value;
    const code = Object.keys(texts).find((key) => /^[a-z]{2}$/.test(key) && key !== "en");
    if (code !== undefined) return code;
  }
  throw new DataError(source.path, undefined, "no file or property names the language beside English, such as fr");
}

async function* pairs(english: DataFile, other: DataFile): AsyncGenerator<Located<readonly [string, string]>> {
  const [ours, theirs] = [await segments(english), await segments(other)];
  if (ours.length !== theirs.length) {
    const reason = `it has ${theirs.length} segments, and ${english.name} has ${ours.length}`;
    throw new DataError(other.path, undefined, reason);
  }
  for (const [i, segment] of ours.entries()) {
    yield { file: english, line: segment.line, value: [segment.text, theirs[i]?.text ?? ""] };
  }
}

async function segments(file: DataFile): Promise<{ line: number; text: string }[]> {
  const found: { line: number; text: string }[] = [];
  const isSgm = file.name.endsWith(".sgm");
  for await (const { number, text } of file.lines()) {
    if (!isSgm) found.push({ line: number, text });
    const [, segment] = /<seg[^>]*>(.*?)<\/seg>/.exec(text) ?? [];
    if (isSgm && segment !== undefined) {
      const plain = segment.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"');
      found.push({ line: number, text: plain.replaceAll("&amp;", "&") });
    }
  }
  return found;
}

function parsePair([english, other]: readonly [string, string]): TranslationRecord {
  if (english.trim() === "" || other.trim() === "") throw new RecordError("a side of the pair is empty");
  return { english: english.trim(), other: other.trim() };
}

export interface CodeRecord {
  readonly path: string;
  readonly text: string;
}

/** Source files: those of a folder, or objects with `path` and `text`, one a line. */
export function readCode(source: DataSource): AsyncGenerator<CodeRecord> {
  if (source.files.every(({ name }) => name.endsWith(".jsonl"))) {
    return readRecords(source, jsonValues(source, []), (value) => {
      const fields = new Fields(value);
      return { path: fields.text("path"), text: fields.text("text") };
    });
  }
  return readRecords(source, wholeFiles(source), (text, { file }) => {
    if (text.trim() === "") throw new RecordError("the file is empty");
    return { path: file.path, text };
  });
}

async function* wholeFiles(source: DataSource): AsyncGenerator<Located<string>> {
  for (const file of source.files) {
    try {
      yield { file, line: 1, value: await file.text() };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      source.reject(error);
    }
  }
}
