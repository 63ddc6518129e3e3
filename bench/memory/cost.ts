/** What the memory takes: time and memory to build, and time a token, as it grows. */
import * as fs from "node:fs";
import * as path from "node:path";
import { mixedLogits } from "../../src/engine/chooseToken.ts";
import { findMatches, LONGEST_MATCH } from "../../src/engine/memory/matches.ts";
import { Memory } from "../../src/engine/memory/memory.ts";
import { createMixture } from "../../src/engine/memory/mixture.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import type { Tokenizer } from "../../src/engine/tokenizer/tokenizer.ts";
import { isTextPath, isWrittenText } from "../../src/extension/memory/textRules.ts";

const QUERIES = 3_000;
const CODE = /\.(?:[mc]?[jt]sx?|json|md|css)$/;

export interface CostRow {
  readonly lines: number;
  readonly files: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly megabytes: number;
  /** To find the matches of a context, in milliseconds. */
  readonly search: readonly [median: number, p95: number, p99: number];
  /**
   * What the memory adds to a token: search and mixture, less the sum over the vocabulary that is taken without it as
   * well; for a small vocabulary and for GPT-2's.
   */
  readonly mix: readonly [median: number, p95: number, p99: number];
  readonly mixLarge: readonly [median: number, p95: number, p99: number];
  /** To apply an edit of one character. */
  readonly edit: number;
}

/** Real code: the files below a folder, of which there must be enough. */
export function* readCode(folder: string): Generator<{ path: string; text: string }> {
  for (const entry of fs
    .readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => a.name.localeCompare(b.name))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* readCode(file);
    else if (entry.isFile() && CODE.test(entry.name) && isTextPath(file)) {
      const text = fs.readFileSync(file, "utf8");
      if (isWrittenText(text)) yield { path: file, text };
    }
  }
}

/** Fills one memory up to each number of lines, and measures there. */
export function measureCost(folder: string, tokenizer: Tokenizer, steps: readonly number[]): CostRow[] {
  const memory = new Memory(tokenizer);
  memory.limitTo(Infinity);
  const rows: CostRow[] = [];
  const texts: string[] = [];
  let lines = 0;
  let files = 0;
  let ms = 0;
  for (const { path: name, text } of readCode(folder)) {
    const began = performance.now();
    const work = memory.update(name, text);
    while (work.next().done !== true);
    ms += performance.now() - began;
    files++;
    lines += text.split("\n").length;
    texts.push(text);
    if (lines < (steps[rows.length] ?? Infinity)) continue;
    const { tokens, bytes } = memory.status;
    rows.push({
      lines,
      files,
      tokens,
      seconds: ms / 1000,
      megabytes: bytes / 1e6,
      ...timeQueries(memory, texts),
      edit: timeEdits(memory),
    });
    if (rows.length === steps.length) break;
  }
  return rows;
}

function timeQueries(memory: Memory, texts: readonly string[]): Pick<CostRow, "search" | "mix" | "mixLarge"> {
  const random = seededRandom(1);
  const contexts = Array.from({ length: QUERIES }, () => {
    const text = texts[Math.floor(random() * texts.length)] ?? "";
    const end = Math.floor(random() * text.length);
    return memory.tokenizer.encode(text.slice(Math.max(0, end - 200), end));
  }).filter((ids) => ids.length > LONGEST_MATCH / 2);
  const mixture = createMixture(memory, { path: "src/main.ts" });
  const small = Float32Array.from({ length: memory.tokenizer.vocabularySize }, () => 10 * random());
  const large = Float32Array.from({ length: 50_257 }, () => 10 * random());
  const time = (work: (ids: readonly number[]) => unknown): [number, number, number] => {
    const times = contexts.map((ids) => {
      const began = performance.now();
      work(ids);
      return performance.now() - began;
    });
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
    return [at(0.5), at(0.95), at(0.99)];
  };
  const added = (logits: Float32Array): [number, number, number] => {
    const [without] = time((ids) => mixedLogits(logits, ids, undefined));
    const [median, p95, p99] = time((ids) => mixedLogits(logits, ids, mixture));
    return [median - without, p95 - without, p99 - without];
  };
  return { search: time((ids) => findMatches(memory.index, ids)), mix: added(small), mixLarge: added(large) };
}

/** Types a line into the middle of a file of the memory. */
function timeEdits(memory: Memory): number {
  const [file] = [...memory.index.files.values()].toSorted((a, b) => b.characters - a.characters);
  if (!file) return 0;
  const start = Math.floor(file.characters / 2);
  const times = Array.from("const typed = sum(first, second);\n", (character, i) => {
    const began = performance.now();
    memory.edit(file.path, [{ start: start + i, removed: 0, text: character }], file.characters + 1);
    return performance.now() - began;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

export function costTable(rows: readonly CostRow[]): string {
  const three = (times: readonly number[]): string => times.map((ms) => ms.toFixed(2)).join(" / ");
  const header = [
    "lines",
    "files",
    "tokens",
    "seconds to take in",
    "MB",
    "bytes a token",
    "search, ms (median / 95th / 99th)",
    "added to a token of localghost-nano, ms",
    "with GPT-2's vocabulary, ms",
    "an edit, ms",
  ];
  const lines = rows.map((row) => [
    row.lines.toLocaleString("en"),
    row.files.toLocaleString("en"),
    row.tokens.toLocaleString("en"),
    row.seconds.toFixed(1),
    row.megabytes.toFixed(0),
    ((row.megabytes * 1e6) / row.tokens).toFixed(1),
    three(row.search),
    three(row.mix),
    three(row.mixLarge),
    row.edit.toFixed(2),
  ]);
  return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
