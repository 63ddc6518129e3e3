/** Reliability diagrams as SVG. */
import type { ReliabilityBin } from "../../src/eval/metrics/calibrationError.ts";
import { PLOT_GREY, svgPicture, svgText } from "./svg.ts";

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

/** Stated chance against the share that was right, side by side; what lies on the diagonal is honest. */
export function plotReliability(panels: readonly ReliabilityPanel[]): string {
  const stride = SIDE + AXIS + 2 * MARGIN;
  const width = 2 * MARGIN + AXIS + panels.length * stride;
  const height = SIDE + TITLE + AXIS + 2 * MARGIN;
  return svgPicture({ width, height, title: "Stated chance of being right, and how often it was" }, [
    ...panels.map((panel, i) => drawPanel(MARGIN + AXIS + i * stride, MARGIN + TITLE, panel)),
  ]);
}

function drawPanel(left: number, top: number, { title, bins, color }: ReliabilityPanel): string {
  const x = (share: number): string => (left + share * SIDE).toFixed(1);
  const y = (share: number): string => (top + (1 - share) * SIDE).toFixed(1);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const ticks = [0, 0.5, 1].flatMap((share) => [
    svgText(Number(x(share)) - 8, top + SIDE + 16, `${100 * share}%`),
    svgText(left - AXIS, Number(y(share)) + 4, `${100 * share}%`),
  ]);
  const dots = bins.map(({ meanProbability, accuracy, count }) => {
    // Area, not radius, grows with the number of forecasts.
    const radius = 3 + 14 * Math.sqrt(count / total);
    return `<circle cx="${x(meanProbability)}" cy="${y(accuracy)}" r="${radius.toFixed(1)}" fill="${color}" fill-opacity="0.75"/>`;
  });
  return [
    svgText(left, top - 12, title, { isBold: true }),
    `<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="none" stroke="${PLOT_GREY}"/>`,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="${PLOT_GREY}" stroke-dasharray="4 4"/>`,
    ...ticks,
    svgText(left, top + SIDE + 34, "stated chance; a larger dot is of more forecasts"),
    ...dots,
  ].join("\n");
}
