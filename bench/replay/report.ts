/** The figures of a replay as Markdown and SVG. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import type { Features } from "../../src/extension/completion/gate.ts";
import { plotReliability } from "../report/reliabilityPlot.ts";
import type { GateCalibration } from "./fitGate.ts";
import type { Tally } from "./replay.ts";

export interface ReplayRow {
  readonly name: string;
  readonly tally: Tally;
  /** Processor time, where all was computed and nothing found recorded. */
  readonly cpuMs?: number;
}

export interface ReplayResult {
  readonly date: string;
  readonly command: string;
  readonly model: string;
  readonly files: number;
  readonly passages: number;
  readonly byGate: readonly ReplayRow[];
  /** The default, and the default without each rule; empty where that was not asked for. */
  readonly byRule: readonly ReplayRow[];
  readonly byLanguage: readonly ReplayRow[];
  readonly calibration: GateCalibration | undefined;
}

const DOCUMENT = "ghost-text.md";
const PLOT = "images/ghost-text-reliability.svg";
const GENERATED_BEGIN = "<!-- written by `npm run replay -- --write` -->";
const GENERATED_END = "<!-- end of what is written -->";

export function tables(result: ReplayResult): string {
  const { date, model, files, passages, command, byGate, byRule, byLanguage, calibration } = result;
  const parts = [
    `Measured on ${date.slice(0, 10)} by \`${command}\`: ${passages} passages of ${files} files typed with ${model}.`,
    table("gate", byGate),
    ...(byRule.length > 0 ? ["With each rule left out, the gate at its default:", table("rules", byRule)] : []),
    "By language, with the gate at its default:",
    table("language", byLanguage),
  ];
  if (calibration) {
    parts.push(
      `The stated probability against what the author wrote, at ${calibration.samples} beginnings in files that the weights were not fitted on: expected calibration error ${calibration.error.toFixed(3)}.`,
      `![Reliability diagram of the gate's probability](${PLOT})`,
    );
  }
  return parts.join("\n\n");
}

/** Puts the figures into the page between its marks, and leaves the rest of it alone. */
export async function writePage(folder: string, result: ReplayResult): Promise<void> {
  const file = path.join(folder, DOCUMENT);
  const page = fs.readFileSync(file, "utf8");
  const begin = page.indexOf(GENERATED_BEGIN);
  const end = page.indexOf(GENERATED_END);
  if (begin === -1 || end < begin) throw new Error(`${file} has lost the marks between which figures are written.`);
  const written = `${page.slice(0, begin + GENERATED_BEGIN.length)}\n\n${tables(result)}\n\n${page.slice(end)}`;
  await writeFormatted(file, written);
  if (!result.calibration) return;
  const panel = { title: "Right to the end of what is shown", bins: result.calibration.bins, color: "#8f6ce0" };
  fs.writeFileSync(path.join(folder, PLOT), plotReliability([panel]));
}

/** Writes the weights of a gate that the product runs with: the object of a source file, whose first lines stay. */
export async function writeWeights(file: string, weights: Features): Promise<void> {
  const source = fs.readFileSync(file, "utf8");
  await writeFormatted(file, `${source.slice(0, source.indexOf("= {"))}= ${JSON.stringify(weights)};\n`);
}

/** Writes a file as the repository's are formatted. */
export async function writeFormatted(file: string, text: string): Promise<void> {
  const config = await prettier.resolveConfig(file);
  fs.writeFileSync(file, await prettier.format(text, { ...config, filepath: file }));
}

function table(first: string, rows: readonly ReplayRow[]): string {
  const header = [
    first,
    "shown per 100 keys",
    "right to the end",
    "right to the end of its first line",
    "first word right",
    "characters saved",
    "characters wrongly shown",
    "requests per key",
    "tokens computed per key",
    "key to text, median / 95th, ms",
    "CPU ms per 1,000 characters",
  ];
  const lines = [header, header.map(() => "---"), ...rows.map((row) => [row.name, ...cells(row)])];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function cells({ tally, cpuMs }: ReplayRow): string[] {
  const { shown, keystrokes, characters } = tally;
  const percent = (part: number, of: number): string => (of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`);
  const latencies = tally.latencies.toSorted((a, b) => a - b);
  const latency = (share: number): string => latencies[Math.floor(share * (latencies.length - 1))]?.toFixed(0) ?? "–";
  return [
    ((100 * shown) / keystrokes).toFixed(1),
    percent(tally.rightToEnd, shown),
    percent(tally.rightToLineEnd, shown),
    percent(tally.rightFirstWord, shown),
    `${tally.saved} (${percent(tally.saved, characters)})`,
    String(tally.wrong),
    (tally.requests / keystrokes).toFixed(2),
    ((tally.promptTokens + tally.tokens) / keystrokes).toFixed(1),
    `${latency(0.5)} / ${latency(0.95)}`,
    cpuMs === undefined ? "–" : ((1000 * cpuMs) / characters).toFixed(0),
  ];
}
