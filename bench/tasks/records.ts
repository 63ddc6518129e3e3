/** Held-out records: see records/README.md for where they come from. */
import * as fs from "node:fs";
import * as path from "node:path";

export interface SummaryRecord {
  readonly id: string;
  readonly input: string;
  readonly output: string;
}

export interface QuestionRecord extends SummaryRecord {
  /** What is asked for: `home`, the home page. */
  readonly kind: string;
  readonly question: string;
}

export interface TranslationRecord {
  readonly id: string;
  readonly english: string;
  readonly translation: string;
}

/** Records to measure on, and others to show as examples. */
export interface RecordSet<T> {
  readonly records: readonly T[];
  readonly examples: readonly T[];
}

export const LANGUAGES = { fr: "French", de: "German", es: "Spanish" } as const;
export type LanguageCode = keyof typeof LANGUAGES;

const folder = path.join(import.meta.dirname, "records");

export function readSummaries(): RecordSet<SummaryRecord> {
  return readSet("summaries");
}

export function readQuestions(): RecordSet<QuestionRecord> {
  return readSet("questions");
}

export function readTranslations(language: LanguageCode): RecordSet<TranslationRecord> {
  return readSet(`translations-${language}`);
}

function readSet<T>(name: string): RecordSet<T> {
  return { records: readLines<T>(`${name}.jsonl`), examples: readLines<T>(`${name}.examples.jsonl`) };
}

function readLines<T>(file: string): T[] {
  const lines = fs.readFileSync(path.join(folder, file), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}
