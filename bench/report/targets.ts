/** What the engine should reach, and whether this run shows it. */
import type { Figure } from "../figures.ts";
import { formatSpread, quantile, ratios, spread } from "../statistics.ts";
import type { BenchResult, Comparison, SizeResult } from "./result.ts";

export interface Target {
  figure: string;
  goal: string;
  measured: string;
  reached: boolean;
}

/** Only the targets that the run has figures for. */
export function targets({ comparison, sizes, manners }: BenchResult): Target[] {
  return [
    ...(comparison ? comparisonTargets(comparison) : []),
    ...(manners ? mannersTargets(manners) : []),
    ...(sizes ?? []).flatMap(memoryTarget),
  ];
}

function comparisonTargets(comparison: Comparison): Target[] {
  const found: (Target | undefined)[] = [];
  for (const figure of ["decode64", "decode256", "decode768"] as const) {
    found.push(timesAsFast(comparison, figure, "int8", "llama.cpp Q8_0", 1));
    found.push(timesAsFast(comparison, figure, "int4", "llama.cpp Q4_0", 1));
  }
  found.push(timesAsFast(comparison, "decode256", "int8", "transformers.js q8", 4));
  for (const figure of ["prefill128", "prefill512"] as const) {
    found.push(timesAsFast(comparison, figure, "int8", "llama.cpp Q8_0", 1));
  }
  found.push(bandwidthShare(comparison), typedCharacter(comparison, "int8"), typedCharacter(comparison, "int4"));
  return found.filter((target) => target !== undefined);
}

const SHORT: Record<Figure, string> = {
  decode64: "decode at 64 tokens",
  decode256: "decode at 256 tokens",
  decode768: "decode at 768 tokens",
  prefill128: "prefill of 128 tokens",
  prefill512: "prefill of 512 tokens",
  typed512: "one typed character at 512 tokens",
  load: "load",
};

/** How many times as fast as a peer we are: its time over ours, round by round. */
function timesAsFast(
  { engines }: Comparison,
  figure: Figure,
  dtype: string,
  peer: string,
  goal: number,
): Target | undefined {
  const ours = engines.find(({ name }) => name === `Localghost ${dtype}`)?.samples[figure];
  const theirs = engines.find(({ name }) => name === peer)?.samples[figure];
  if (!ours || !theirs) return undefined;
  const times = spread(ratios(theirs, ours));
  return {
    figure: `${SHORT[figure]}, ${dtype}, against ${peer}`,
    goal: goal === 1 ? "at least as fast" : `${goal} times as fast`,
    measured: `${formatSpread(times)} times`,
    reached: times.median >= goal,
  };
}

function bandwidthShare({ engines, bandwidth }: Comparison): Target | undefined {
  const ours = engines.find(({ name }) => name === "Localghost int8");
  const decode = ours?.samples.decode64;
  if (!decode) return undefined;
  const shares = spread(ratios(gigabytesPerSecond(ours.bytesPerToken, decode), bandwidth));
  return {
    figure: "decode int8 at 64 tokens: bytes of the weights over time, as a share of measured bandwidth",
    goal: "0.7",
    measured: formatSpread(shares),
    reached: shares.median >= 0.7,
  };
}

/** Gigabytes a second at which weights are read when every step takes so many milliseconds. */
export function gigabytesPerSecond(bytes: number, milliseconds: readonly number[]): number[] {
  return milliseconds.map((ms) => bytes / ms / 1e6);
}

function typedCharacter({ engines }: Comparison, dtype: string): Target | undefined {
  const samples = engines.find(({ name }) => name === `Localghost ${dtype}`)?.samples;
  if (!samples?.typed512 || !samples.decode256) return undefined;
  const steps = spread(ratios(samples.typed512, samples.decode256));
  return {
    figure: `first token after one typed character at 512 tokens, ${dtype}, in decode steps at 256`,
    goal: "under 2",
    measured: formatSpread(steps),
    reached: steps.median < 2,
  };
}

function mannersTargets({ cancellation, idleCpuPercent, idleSeconds }: NonNullable<BenchResult["manners"]>): Target[] {
  const all = [...cancellation.whilePrefilling, ...cancellation.whileDecoding];
  const late = quantile(all, 0.95);
  const found: Target[] = [
    {
      figure: `cancel, from message to idle, 95th percentile of ${all.length}`,
      goal: "50 ms",
      measured: `${late.toFixed(1)} ms`,
      reached: late <= 50,
    },
  ];
  if (idleCpuPercent !== undefined) {
    found.push({
      figure: `processor time of an idle engine over ${idleSeconds} s`,
      goal: "under 0.5%",
      measured: `${idleCpuPercent.toFixed(2)}%`,
      reached: idleCpuPercent < 0.5,
    });
  }
  return found;
}

/** The largest size must fit beside an editor. */
function memoryTarget({ model, dtype, measured }: SizeResult): Target[] {
  const limit = model === "gpt2-xl" ? { int8: 3000, int4: 2000 }[dtype] : undefined;
  if (limit === undefined) return [];
  const { residentMegabytes, peakMegabytes } = measured.worked;
  return [
    {
      figure: `resident memory of ${model} in ${dtype}, at its peak`,
      goal: `${(limit / 1000).toFixed(0)} GB`,
      measured: `${(peakMegabytes / 1000).toFixed(2)} GB (${(residentMegabytes / 1000).toFixed(2)} GB at rest)`,
      reached: peakMegabytes <= limit,
    },
  ];
}
