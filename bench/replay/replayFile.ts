/** The files that are typed; training/replay/make_files.py chose them. */
import * as fs from "node:fs";
import * as path from "node:path";
import { seededRandom } from "../../src/engine/sampling/random.ts";

export interface ReplayFile {
  readonly language: string;
  readonly path: string;
  /** Package and version. */
  readonly source: string;
  readonly licence: string;
  readonly text: string;
}

/** A few lines of a file that are typed into the rest of it. */
export interface Passage {
  readonly file: ReplayFile;
  readonly start: number;
  readonly end: number;
}

const LEAST_LINES = 4;
const MORE_LINES = 8;

export function readReplayFiles(): ReplayFile[] {
  const lines = fs
    .readFileSync(path.join(import.meta.dirname, "files.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as ReplayFile);
}

/** Passages of whole lines, `perFile` of each file where it is long enough, the same for a seed. */
export function choosePassages(files: readonly ReplayFile[], perFile: number, seed: number): Passage[] {
  const random = seededRandom(seed);
  return files.flatMap((file) => {
    const starts = lineStarts(file.text);
    return Array.from({ length: perFile }, () => {
      const count = LEAST_LINES + Math.floor(random() * MORE_LINES);
      const first = Math.floor(random() * Math.max(1, starts.length - count));
      const start = starts[first] ?? 0;
      const end = starts[first + count] ?? file.text.length;
      return { file, start, end };
    });
  });
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}
