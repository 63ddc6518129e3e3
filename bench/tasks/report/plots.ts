/** Plots as SVG: no scripts, no fonts, and colours that can be read on white and on black. */
import { FIGURES, MAIN_FIGURE, type Row, type TaskTable } from "../result.ts";

const WIDTH = 860;
const NAME_WIDTH = 270;
const VALUE_WIDTH = 60;
const BAR = 16;
const GAP = 5;
const TITLE = 34;
const MARGIN = 12;

const TEXT = "#7d8590";
const INTERVAL = "#4d5560";
export const MODE_COLORS = { baseline: "#aeb6bf", generate: "#8f6ce0", rank: "#2f9e8f" } as const;

/** One panel a task with its main figure; a thin line spans the 95% interval. */
export function plotTasks(tables: readonly TaskTable[]): string {
  const parts: string[] = [];
  let y = MARGIN;
  for (const { task, title, cases, rows } of tables) {
    const figure = MAIN_FIGURE[task];
    parts.push(
      text(
        MARGIN,
        y + 20,
        `${title === task ? task : `${task}, ${title}`}: ${FIGURES[figure]}, ${cases} records`,
        'font-weight="600"',
      ),
    );
    y += TITLE;
    const longest = Math.max(1, ...rows.map((row) => row.figures[figure]?.high ?? 0));
    for (const row of rows) {
      parts.push(bar(y, row, row.figures[figure] ?? { value: 0, low: 0, high: 0 }, longest));
      y += BAR + GAP;
    }
    y += GAP;
  }
  return svg(WIDTH, y + MARGIN, "How well each way to ask does, beside baselines; longer is better", parts);
}

function bar(
  y: number,
  { name, setup }: Row,
  { value, low, high }: { value: number; low: number; high: number },
  longest: number,
): string {
  const left = MARGIN + NAME_WIDTH;
  const scale = (WIDTH - left - VALUE_WIDTH - MARGIN) / longest;
  const x = (at: number): string => (left + at * scale).toFixed(1);
  const middle = y + BAR / 2;
  const color = MODE_COLORS[setup?.mode ?? "baseline"];
  return [
    text(MARGIN, middle + 4, name),
    `<rect x="${left}" y="${y}" width="${(value * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
    `<path d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}v8M${x(high)} ${middle - 4}v8" stroke="${INTERVAL}" stroke-width="1.5" fill="none"/>`,
    text(Number(x(high)) + 8, middle + 4, value.toFixed(1)),
  ].join("\n");
}

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${title}</title>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" fill="${TEXT}"${attributes === "" ? "" : ` ${attributes}`}>${content}</text>`;
}
