/** Bars of the comparison as SVG: no scripts, no fonts, and colours that can be read on white and on black. */
import { type Figure, FIGURES } from "../figures.ts";
import { type Spread, spread } from "../statistics.ts";
import type { Comparison } from "./result.ts";

const WIDTH = 860;
const NAME_WIDTH = 150;
const VALUE_WIDTH = 70;
const BAR = 18;
const GAP = 6;
const PANEL_TITLE = 34;
const MARGIN = 12;

const COLORS: Record<string, string> = { Localghost: "#8f6ce0", "transformers.js": "#d08a1d", "llama.cpp": "#2f9e8f" };
const TEXT = "#7d8590";

const PANELS: readonly Figure[] = ["decode64", "decode256", "decode768", "prefill512", "typed512"];

/** One panel a figure, one bar an engine; a thin line spans the rounds from least to most. */
export function plotComparison({ engines }: Comparison): string {
  const panels: string[] = [];
  let y = MARGIN;
  for (const figure of PANELS) {
    const bars = engines.flatMap(({ name, engine, samples }) => {
      const values = samples[figure];
      return values ? [{ name, color: COLORS[engine] ?? TEXT, times: spread(values) }] : [];
    });
    if (bars.length === 0) continue;
    const longest = Math.max(...bars.map(({ times }) => times.max));
    panels.push(text(MARGIN, y + 20, FIGURES[figure], 'font-weight="600"'));
    y += PANEL_TITLE;
    for (const bar of bars) {
      panels.push(drawBar(y, bar, longest));
      y += BAR + GAP;
    }
    y += GAP;
  }
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    "<title>Milliseconds of each engine; shorter is better</title>",
    ...panels,
    "</svg>",
    "",
  ].join("\n");
}

function drawBar(
  y: number,
  { name, color, times }: { name: string; color: string; times: Spread },
  longest: number,
): string {
  const left = MARGIN + NAME_WIDTH;
  const scale = (WIDTH - left - VALUE_WIDTH - MARGIN) / longest;
  const x = (value: number): string => (left + value * scale).toFixed(1);
  const middle = y + BAR / 2;
  const label = times.median >= 100 ? times.median.toFixed(0) : times.median.toFixed(1);
  return [
    text(MARGIN, middle + 4, name),
    `<rect x="${left}" y="${y}" width="${(times.median * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
    `<path d="M${x(times.min)} ${middle}H${x(times.max)}M${x(times.min)} ${middle - 4}v8M${x(times.max)} ${middle - 4}v8" stroke="${TEXT}" stroke-width="1.5" fill="none"/>`,
    text(Number(x(times.max)) + 8, middle + 4, label),
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${TEXT}" ${attributes}>${escaped}</text>`.replace(" >", ">");
}
