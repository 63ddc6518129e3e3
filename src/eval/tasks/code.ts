/** Code that the model has not seen: the next token everywhere, and the next line at some places. */
import { type Estimate, estimate, estimateMean } from "../bootstrap.ts";
import { type CodeRecord, readCode } from "../data/documents.ts";
import type { EvalRun, EvalTask, OpenedTask } from "../evalTask.ts";
import { cutAnswer } from "../../tasks/cutAnswer.ts";
import { bitsPer } from "../metrics/perplexity.ts";
import { strideOf, windowsOf } from "./windows.ts";

interface FileScores {
  readonly nats: number;
  readonly bytes: number;
  readonly tokens: number;
  /** Tokens that were the likeliest, and among the five likeliest. */
  readonly first: number;
  readonly amongFive: number;
  readonly lines: readonly LineScore[];
}

interface LineScore {
  readonly exact: number;
  /** 1 less the edit distance over the longer line. */
  readonly similarity: number;
}

/** Of a long file the beginning: no file decides alone. */
const MOST_CHARACTERS = 16_000;
const LINES_PER_FILE = 5;
const LINE_TOKENS = 48;
/** Shorter lines, such as a bracket, are no achievement. */
const LEAST_LINE = 3;

export const CODE: EvalTask = {
  id: "code",
  title: "Code",
  description: "next token and next line of held-out files; a folder of sources, or {path, text} a line",
  files: ["code", "files.jsonl"],
  source: "any sources; bench/replay/files.jsonl of this repository",
  licence: "each file's own",
  needsModel: true,
  open: (run) => Promise.resolve(open(run)),
};

function open(run: EvalRun): OpenedTask<unknown, unknown> {
  const opened: OpenedTask<CodeRecord, FileScores> = {
    records: readCode(run.data),
    async measure({ text }, index) {
      const source = text.slice(0, MOST_CHARACTERS);
      return { ...(await nextTokens(run, source)), lines: await nextLines(run, source, run.options.seed + index) };
    },
    summarize(outcomes, random) {
      const of = (share: (total: (key: "nats" | "bytes" | "tokens" | "first" | "amongFive") => number) => number) =>
        estimate(outcomes, (some) => share((key) => some.reduce((sum, one) => sum + one[key], 0)), random);
      const lines = outcomes.flatMap((outcome) => outcome.lines);
      const ofLines = (by: keyof LineScore): Estimate =>
        estimateMean(
          lines.map((line) => 100 * line[by]),
          random,
        );
      return {
        figures: [
          {
            ...of((total) => (100 * total("first")) / total("tokens")),
            name: "next token is the likeliest, %",
            better: "higher",
          },
          {
            ...of((total) => (100 * total("amongFive")) / total("tokens")),
            name: "next token is among five, %",
            better: "higher",
          },
          { ...of((total) => bitsPer(total("nats"), total("bytes"))), name: "bits per byte", better: "lower" },
          { ...ofLines("exact"), name: "next line is right, %", better: "higher" },
          { ...ofLines("similarity"), name: "similarity of the next line, %", better: "higher" },
        ],
        notes: [
          `${outcomes.length} files, ${MOST_CHARACTERS} characters of each at most; ${lines.length} lines, greedy. White space at the ends of a line does not count; similarity is 1 less the edit distance over the longer line.`,
        ],
      };
    },
  };
  return opened;
}

async function nextTokens({ model, options, signal }: EvalRun, text: string): Promise<Omit<FileScores, "lines">> {
  const { ids, byteLengths } = await model.tokenize(text, signal);
  const begins = model.endOfText === undefined ? [] : [model.endOfText];
  const all = [...begins, ...ids];
  const stride = strideOf(options.stride, model.contextLength);
  let [nats, first, amongFive] = [0, 0, 0];
  for (const { begin, scoredFrom, end } of windowsOf(all.length, model.contextLength, stride)) {
    const contextTokens = scoredFrom - begin;
    const scored = await model.score({ text: "", textIds: all.slice(begin, end), contextTokens, logprobs: 1 }, signal);
    nats += scored.totalNats;
    for (const { rank = Infinity } of scored.tokens) {
      if (rank === 1) first++;
      if (rank <= 5) amongFive++;
    }
  }
  const isScored = byteLengths.slice(1 - begins.length);
  return { nats, bytes: isScored.reduce((a, b) => a + b, 0), tokens: isScored.length, first, amongFive };
}

async function nextLines({ model, random, signal }: EvalRun, text: string, seed: number): Promise<LineScore[]> {
  const lines = text.split("\n");
  const draw = random(seed);
  const places = lines
    .map((line, i) => ({ line, i, lot: draw() }))
    // The last line may be cut off, and before the first there is nothing to go on.
    .filter(
      ({ line, i }) =>
        lines.slice(0, i).some((before) => before.trim() !== "") &&
        i < lines.length - 1 &&
        line.replace(/\s/g, "").length >= LEAST_LINE,
    )
    .sort((a, b) => a.lot - b.lot)
    .slice(0, LINES_PER_FILE)
    .sort((a, b) => a.i - b.i);
  const scores: LineScore[] = [];
  for (const { line, i } of places) {
    // Line breaks are left to the model: a token may hold one together with the indentation that comes after it.
    const prompt = lines.slice(0, i).join("\n").trimEnd();
    const { text: written } = await model.generate(
      { prompt, maxTokens: LINE_TOKENS, overflow: "keepEnd", sampling: { temperature: 0 } },
      signal,
    );
    const [ours, theirs] = [cutAnswer(written, "line").text, line.trim()];
    const longer = Math.max(ours.length, theirs.length, 1);
    scores.push({ exact: ours === theirs ? 1 : 0, similarity: 1 - editDistance(ours, theirs) / longer });
  }
  return scores;
}

/** Insertions, deletions and replacements of UTF-16 code units that make one text of the other (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
