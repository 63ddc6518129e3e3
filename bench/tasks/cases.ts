/** What is asked of a model: a task, how it is prompted, and the texts that it is judged by. */
import { BUILTIN_TEMPLATES } from "../../src/prompts/builtin/index.ts";
import type { Mode, TaskExample, TaskTemplate } from "../../src/prompts/template.ts";
import type { TaskName } from "./options.ts";
import { LANGUAGES, type LanguageCode, readQuestions, readSummaries, readTranslations } from "./records.ts";

/** One input with the answer that people gave. */
export interface Case {
  readonly id: string;
  readonly input: string;
  readonly values: Readonly<Record<string, string>>;
  readonly reference: string;
  /** Of a question: what it asks for. */
  readonly kind?: string;
}

/** Cases of one task that are measured together. */
export interface CaseSet {
  readonly task: TaskName;
  /** `translate English to French`, or the task's name. */
  readonly title: string;
  readonly cases: readonly Case[];
  /** Of the same kind as the cases: what a person gets who remembers examples of their own. */
  readonly ownExamples: readonly TaskExample[];
}

/** Where the examples in a prompt come from: those that the template brings, or others of the cases' own kind. */
export const SHOT_SOURCES = ["none", "builtin", "own"] as const;
export type ShotSource = (typeof SHOT_SOURCES)[number];

/** One way to ask. */
export interface Setup {
  readonly template: TaskTemplate;
  readonly mode: Mode;
  readonly shots: number;
  readonly source: ShotSource;
  /** What makes the prompt another than the template's: `without the hint`. */
  readonly variant?: string;
}

export function builtin(task: TaskName): TaskTemplate {
  const template = BUILTIN_TEMPLATES.find(({ id }) => id === task);
  if (!template) throw new Error(`There is no built-in template "${task}".`);
  return template;
}

export function caseSets(task: TaskName, limit: number): CaseSet[] {
  switch (task) {
    case "summarize":
      return [summaries(limit)];
    case "answer":
      return [questions(limit)];
    case "translate":
      return (Object.keys(LANGUAGES) as LanguageCode[]).flatMap((code) => translations(code, limit));
  }
}

function summaries(limit: number): CaseSet {
  const { records, examples } = readSummaries();
  const cases = records.slice(0, limit).map(({ id, input, output }) => ({ id, input, values: {}, reference: output }));
  return { task: "summarize", title: "summarize", cases, ownExamples: examples };
}

function questions(limit: number): CaseSet {
  const { records, examples } = readQuestions();
  return {
    task: "answer",
    title: "answer",
    cases: records.slice(0, limit).map(({ id, input, question, output, kind }) => {
      return { id, input, values: { question }, reference: output, kind };
    }),
    ownExamples: examples.map(({ input, question, output }) => ({ input, output, values: { question } })),
  };
}

function translations(code: LanguageCode, limit: number): CaseSet[] {
  const { records, examples } = readTranslations(code);
  const language = LANGUAGES[code];
  const taken = records.slice(0, limit);
  const there = { from: "English", to: language };
  const back = { from: language, to: "English" };
  return [
    {
      task: "translate",
      title: `English to ${language}`,
      cases: taken.map(({ id, english, translation }) => ({
        id,
        input: english,
        values: there,
        reference: translation,
      })),
      ownExamples: examples.map(({ english, translation }) => ({ input: english, output: translation, values: there })),
    },
    {
      task: "translate",
      title: `${language} to English`,
      cases: taken.map(({ id, english, translation }) => ({
        id,
        input: translation,
        values: back,
        reference: english,
      })),
      ownExamples: examples.map(({ english, translation }) => ({ input: translation, output: english, values: back })),
    },
  ];
}

/** All ways that a task is measured in: no, one and five examples of either source, written and ranked. */
export function setups(task: TaskName): Setup[] {
  const template = builtin(task);
  const modes: readonly Mode[] = template.extract === undefined ? ["generate"] : ["generate", "rank"];
  const shots = [
    { shots: 0, source: "none" },
    { shots: 1, source: "builtin" },
    { shots: 5, source: "builtin" },
    { shots: 1, source: "own" },
    { shots: 5, source: "own" },
  ] as const;
  // Sentences that make the rest likely are found without a prompt, so that examples are never looked at.
  const shotsOf = (mode: Mode) => (mode === "rank" && template.extract === "keySentences" ? shots.slice(0, 1) : shots);
  const all = modes.flatMap((mode) => shotsOf(mode).map((some): Setup => ({ template, mode, ...some })));
  return task === "summarize" ? [...all, ...summaryVariants(template)] : all;
}

/** The paper measures what its hint is worth; and drawing from two tokens may not suit a small model. */
function summaryVariants(template: TaskTemplate): Setup[] {
  const zeroShot = { mode: "generate", shots: 0, source: "none" } as const;
  return [
    { ...zeroShot, template: { ...template, pattern: "{input}\n{output}" }, variant: "without the hint" },
    { ...zeroShot, template: { ...template, sampling: { temperature: 0 } }, variant: "greedy" },
  ];
}

/** `generate, 5 shots of its own kind` */
export function describeSetup({ mode, shots, source, variant }: Setup): string {
  const number = shots === 1 ? "1 shot" : `${shots} shots`;
  const from = { none: "", builtin: " of the template", own: " of the same kind" }[source];
  return `${mode}, ${number}${from}${variant === undefined ? "" : `, ${variant}`}`;
}
