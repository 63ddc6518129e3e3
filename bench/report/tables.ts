/** The figures of a run as Markdown. */
import { FIGURES, type Figure } from "../figures.ts";
import type { Measured } from "../measureInTurn.ts";
import { formatSpread, quantile, ratios, spread } from "../statistics.ts";
import type { BenchResult, Comparison, Manners, SizeResult } from "./result.ts";
import { gigabytesPerSecond, targets } from "./targets.ts";

/** All tables of a run, for the terminal. */
export function tables(result: BenchResult): string {
  const parts = [`${describeMachine(result)}\n\n${SPREAD_NOTE}`];
  if (result.comparison) {
    const { comparison } = result;
    parts.push(
      describeDisturbance(comparison.disturbance),
      figuresTable(comparison),
      ratiosTable(comparison),
      bandwidthTable(comparison),
      agreementTable(comparison),
    );
  }
  if (result.sizes) parts.push(sizesTable(result.sizes));
  if (result.manners) parts.push(mannersTable(result.manners));
  if (targets(result).length > 0) parts.push(targetsTable(result));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

export const SPREAD_NOTE = "Each figure is a median with the least and the most of its rounds.";

export function describeMachine({ machine, threads, versions, date }: BenchResult): string {
  const { processor, cores, memoryGigabytes, platform, loadBefore } = machine;
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Measured on ${date.slice(0, 10)} on ${processor}, ${cores} cores, ${memoryGigabytes} GiB, ${platform}, with ${threads} threads for every engine; load average before the run ${loadBefore.toFixed(1)}. ${names.join(", ")}.`;
}

/** How far the figures can be trusted: others on the machine slow down engines, and not all of them alike. */
export function describeDisturbance(disturbance: readonly number[]): string {
  const percent = (share: number): string => `${(100 * quantile(disturbance, share)).toFixed(0)}%`;
  return `While these were measured others used ${percent(0.5)} of the machine in the median turn and ${percent(0.95)} at the 95th percentile.`;
}

export function figuresTable({ engines }: Comparison): string {
  const figures = figuresOf(engines);
  return table(
    ["engine", ...figures.map((figure) => FIGURES[figure]), "resident at its peak, MB"],
    engines.map((engine) => [
      engine.name,
      ...figures.map((figure) => sampleCell(engine, figure)),
      engine.worked.peakMegabytes.toFixed(0),
    ]),
  );
}

/** The pairs of dtypes that stand against each other. */
const PAIRS = [
  ["Localghost int8", "llama.cpp Q8_0"],
  ["Localghost int4", "llama.cpp Q4_0"],
  ["Localghost fp32", "llama.cpp F32"],
  ["Localghost int8", "transformers.js q8"],
  ["Localghost fp32", "transformers.js fp32"],
] as const;

/** How many times as fast we are, round by round. Empty without peers. */
export function ratiosTable({ engines }: Comparison): string {
  const figures = figuresOf(engines);
  const rows: string[][] = [];
  for (const [ours, theirs] of PAIRS) {
    const first = engines.find(({ name }) => name === ours);
    const second = engines.find(({ name }) => name === theirs);
    if (!first || !second) continue;
    const cells = figures.map((figure) =>
      formatSpread(spread(ratios(second.samples[figure] ?? [], first.samples[figure] ?? []))),
    );
    rows.push([`${ours} against ${theirs}`, ...cells]);
  }
  if (rows.length === 0) return "";
  return table(["times as fast", ...figures.map((figure) => FIGURES[figure].replace(", ms", ""))], rows);
}

export function bandwidthTable({ engines, bandwidth }: Comparison): string {
  const header = ["engine", "weights read a token, MB", "at 64 tokens, GB/s", "share", "share at 256", "share at 768"];
  const rows = engines.map(({ name, samples, bytesPerToken }) => {
    const rate = (figure: Figure): number[] => gigabytesPerSecond(bytesPerToken, samples[figure] ?? []);
    const share = (figure: Figure): string => formatSpread(spread(ratios(rate(figure), bandwidth)));
    return [
      name,
      (bytesPerToken / 1e6).toFixed(0),
      formatSpread(spread(rate("decode64"))),
      share("decode64"),
      share("decode256"),
      share("decode768"),
    ];
  });
  return `Memory bandwidth, GB/s: ${formatSpread(spread(bandwidth))}.\n\n${table(header, rows)}`;
}

export function agreementTable({ agreement }: Comparison): string {
  return table(
    ["engine", "largest difference of a log-probability", "error over spread", "same greedy tokens"],
    agreement.map(({ name, largestDifference, relativeError, sameTokens, tokens }) => [
      name,
      largestDifference.toPrecision(2),
      relativeError.toPrecision(2),
      `${sameTokens} of ${tokens}`,
    ]),
  );
}

export function sizesTable(sizes: readonly SizeResult[]): string {
  const figures: Figure[] = ["decode64", "decode256", "load"];
  return table(
    [
      "model",
      "weights, millions",
      "dtype",
      ...figures.map((figure) => FIGURES[figure]),
      "prefill, tokens a second over 128",
      "share of bandwidth at 64",
      "resident, MB",
      "at its peak, MB",
    ],
    sizes.map(({ model, parameters, dtype, measured, bandwidth }) => [
      model,
      (parameters / 1e6).toFixed(0),
      dtype,
      ...figures.map((figure) => sampleCell(measured, figure)),
      formatSpread(spread((measured.samples.prefill128 ?? []).map((ms) => (1000 * 128) / ms))),
      formatSpread(
        spread(ratios(gigabytesPerSecond(measured.bytesPerToken, measured.samples.decode64 ?? []), bandwidth)),
      ),
      measured.worked.residentMegabytes.toFixed(0),
      measured.worked.peakMegabytes.toFixed(0),
    ]),
  );
}

export function mannersTable({ cancellation, idleCpuPercent, idleSeconds }: Manners): string {
  const row = (name: string, times: readonly number[]): string[] => [
    name,
    String(times.length),
    ...[0.5, 0.95, 1].map((share) => `${quantile(times, share).toFixed(1)} ms`),
  ];
  const cancelled = table(
    ["cancelled", "requests", "median", "95th percentile", "longest"],
    [
      row("while the prompt was computed", cancellation.whilePrefilling),
      row("while the answer was written", cancellation.whileDecoding),
    ],
  );
  const idle = idleCpuPercent === undefined ? "not measured here" : `${idleCpuPercent.toFixed(2)}% of a core`;
  return `${cancelled}\n\nProcessor time of an idle engine with a loaded model, over ${idleSeconds} s: ${idle}.`;
}

export function targetsTable(result: BenchResult): string {
  return table(
    ["figure", "to reach", "measured", ""],
    targets(result).map(({ figure, goal, measured, reached }) => [
      figure,
      goal,
      measured,
      reached ? "reached" : "**short**",
    ]),
  );
}

function figuresOf(engines: readonly Measured[]): Figure[] {
  return (Object.keys(FIGURES) as Figure[]).filter((figure) => engines.some(({ samples }) => samples[figure]));
}

function sampleCell({ samples }: Measured, figure: Figure): string {
  const values = samples[figure];
  return values ? formatSpread(spread(values)) : "";
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}
