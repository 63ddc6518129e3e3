/** The figures of the memory as Markdown and SVG. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { MemoryWeights } from "../../src/engine/memory/mixingWeight.ts";
import { writeFormatted } from "../replay/report.ts";
import { type BitsRow, bitsTable } from "./bits.ts";
import type { BurstResult } from "./burst.ts";
import { type CostRow, costTable } from "./cost.ts";
import { type GhostTextRow, ghostTextTable } from "./ghostText.ts";
import { plotBits } from "./plot.ts";

export interface BitsResult {
  readonly all: BitsRow;
  readonly byLanguage: readonly BitsRow[];
  readonly byPackage: readonly BitsRow[];
}

/** Parts that were not asked for are absent, and stay in the page as they are. */
export interface MemoryResult {
  readonly date: string;
  readonly command: string;
  readonly model: string;
  readonly bits: BitsResult | undefined;
  readonly ghostText: readonly GhostTextRow[] | undefined;
  readonly cost: readonly CostRow[] | undefined;
  readonly burst: BurstResult | undefined;
}

const DOCUMENT = "memory.md";
const PLOT = "images/memory-bits.svg";

export interface Section {
  readonly name: "bits" | "ghostText" | "cost" | "burst";
  readonly text: string;
}

export function sections({ date, command, model, bits, ghostText, cost, burst }: MemoryResult): Section[] {
  const when = `Measured on ${date.slice(0, 10)} by \`${command.trim()}\` with ${model}.`;
  const found: Section[] = [];
  if (bits) {
    const text = [
      when,
      `![Bits per byte by model, memory and both](${PLOT})`,
      bitsTable("language", [...bits.byLanguage, bits.all]),
      bitsTable("package", bits.byPackage),
    ];
    found.push({ name: "bits", text: text.join("\n\n") });
  }
  if (ghostText) found.push({ name: "ghostText", text: [when, ghostTextTable(ghostText)].join("\n\n") });
  if (cost) found.push({ name: "cost", text: [when, costTable(cost)].join("\n\n") });
  if (burst) found.push({ name: "burst", text: [when, burstText(burst)].join(" ") });
  return found;
}

function burstText({ files, seconds, quiet, meanwhile, longestStall }: BurstResult): string {
  const two = ([median, p95]: readonly [number, number]): string =>
    `${median.toFixed(0)} ms (95th: ${p95.toFixed(0)} ms)`;
  return `${files.toLocaleString("en")} files were taken in within ${seconds.toFixed(1)} seconds. A completion of twelve tokens took ${two(quiet)} before and ${two(meanwhile)} meanwhile; the process was busy for ${longestStall.toFixed(0)} ms in a row at most.`;
}

/** Puts each section between its marks in the page, and leaves the rest alone. */
export async function writePage(folder: string, result: MemoryResult): Promise<void> {
  const file = path.join(folder, DOCUMENT);
  let page = fs.readFileSync(file, "utf8");
  for (const { name, text } of sections(result)) {
    const begin = `<!-- ${name}: written by \`npm run bench:memory -- --write\` -->`;
    const end = `<!-- end of ${name} -->`;
    const [start, stop] = [page.indexOf(begin), page.indexOf(end)];
    if (start === -1 || stop < start) throw new Error(`${file} has lost the marks of "${name}".`);
    page = `${page.slice(0, start + begin.length)}\n\n${text}\n\n${page.slice(stop)}`;
  }
  await writeFormatted(file, page);
  if (result.bits) fs.writeFileSync(path.join(folder, PLOT), plotBits([...result.bits.byLanguage, result.bits.all]));
}

/** Writes the weights that the product runs with. */
export async function writeWeights(file: string, weights: MemoryWeights): Promise<void> {
  const source = [
    'import type { MemoryWeights } from "./mixingWeight.ts";',
    "",
    "/** Written by `npm run bench:memory -- --fit --write`. */",
    `export const MEMORY_WEIGHTS: MemoryWeights = ${JSON.stringify(weights)};`,
    "",
  ];
  await writeFormatted(file, source.join("\n"));
}
