/** Reliability diagrams as SVG: no scripts, no fonts, and colours that can be read on white and on black. */
import type { ReliabilityBin } from "../../src/eval/metrics/calibrationError.ts";

/** Stated chances and what became of them. */
export interface ReliabilityPanel {
  readonly title: string;
  readonly bins: readonly ReliabilityBin[];
  /** Of the dots. */
  readonly color: string;
}

const MARGIN = 12;
const TITLE = 34;
const SIDE = 260;
const AXIS = 44;
const TEXT = "#7d8590";

/** Stated chance against the share that was right, side by side; what lies on the diagonal is honest. */
export function plotReliability(panels: readonly ReliabilityPanel[]): string {
  const stride = SIDE + AXIS + 2 * MARGIN;
  const width = 2 * MARGIN + AXIS + panels.length * stride;
  const height = SIDE + TITLE + AXIS + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    "<title>Stated chance of being right, and how often it was</title>",
    ...panels.map((panel, i) => drawPanel(MARGIN + AXIS + i * stride, MARGIN + TITLE, panel)),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(left: number, top: number, { title, bins, color }: ReliabilityPanel): string {
  const x = (share: number): string => (left + share * SIDE).toFixed(1);
  const y = (share: number): string => (top + (1 - share) * SIDE).toFixed(1);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const ticks = [0, 0.5, 1].flatMap((share) => [
    text(Number(x(share)) - 8, top + SIDE + 16, `${100 * share}%`),
    text(left - AXIS, Number(y(share)) + 4, `${100 * share}%`),
  ]);
  const dots = bins.map(({ meanProbability, accuracy, count }) => {
    // Area, not radius, grows with the number of forecasts.
    const radius = 3 + 14 * Math.sqrt(count / total);
    return `<circle cx="${x(meanProbability)}" cy="${y(accuracy)}" r="${radius.toFixed(1)}" fill="${color}" fill-opacity="0.75"/>`;
  });
  return [
    text(left, top - 12, title, 'font-weight="600"'),
    `<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="none" stroke="${TEXT}"/>`,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="${TEXT}" stroke-dasharray="4 4"/>`,
    ...ticks,
    text(left, top + SIDE + 34, "stated chance; a larger dot is of more forecasts"),
    ...dots,
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" fill="${TEXT}"${attributes === "" ? "" : ` ${attributes}`}>${content}</text>`;
}
