/** Bars of the comparison as SVG. */
import { type Figure, FIGURES } from "../figures.ts";
import { type Spread, spread } from "../statistics.ts";
import type { Comparison } from "./result.ts";
import { PLOT_GREY, PLOT_WIDTH, svgPicture, svgText } from "./svg.ts";

const NAME_WIDTH = 150;
const VALUE_WIDTH = 70;
const BAR = 18;
const GAP = 6;
const PANEL_TITLE = 34;
const MARGIN = 12;

const COLORS: Record<string, string> = { Localghost: "#8f6ce0", "transformers.js": "#d08a1d", "llama.cpp": "#2f9e8f" };

const PANELS: readonly Figure[] = ["decode64", "decode256", "decode768", "prefill512", "typed512"];

/** One panel a figure, one bar an engine; a thin line spans the rounds from least to most. */
export function plotComparison({ engines }: Comparison): string {
  const panels: string[] = [];
  let y = MARGIN;
  for (const figure of PANELS) {
    const bars = engines.flatMap(({ name, engine, samples }) => {
      const values = samples[figure];
      return values ? [{ name, color: COLORS[engine] ?? PLOT_GREY, times: spread(values) }] : [];
    });
    if (bars.length === 0) continue;
    const longest = Math.max(...bars.map(({ times }) => times.max));
    panels.push(svgText(MARGIN, y + 20, FIGURES[figure], { isBold: true }));
    y += PANEL_TITLE;
    for (const bar of bars) {
      panels.push(drawBar(y, bar, longest));
      y += BAR + GAP;
    }
    y += GAP;
  }
  const height = y + MARGIN;
  return svgPicture({ height, title: "Milliseconds of each engine; shorter is better" }, [...panels]);
}

function drawBar(
  y: number,
  { name, color, times }: { name: string; color: string; times: Spread },
  longest: number,
): string {
  const left = MARGIN + NAME_WIDTH;
  const scale = (PLOT_WIDTH - left - VALUE_WIDTH - MARGIN) / longest;
  const x = (value: number): string => (left + value * scale).toFixed(1);
  const middle = y + BAR / 2;
  const label = times.median >= 100 ? times.median.toFixed(0) : times.median.toFixed(1);
  return [
    svgText(MARGIN, middle + 4, name),
    `<rect x="${left}" y="${y}" width="${(times.median * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
    `<path d="M${x(times.min)} ${middle}H${x(times.max)}M${x(times.min)} ${middle - 4}v8M${x(times.max)} ${middle - 4}v8" stroke="${PLOT_GREY}" stroke-width="1.5" fill="none"/>`,
    svgText(Number(x(times.max)) + 8, middle + 4, label),
  ].join("\n");
}
