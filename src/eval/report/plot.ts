/** A result beside the paper's as SVG: no scripts, no fonts, and colours that can be read on white and on black. */
import type { CurvePoint, Figure } from "../evalTask.ts";
import { PAPER_RESULTS, PAPER_SIZES } from "../paperResults.ts";
import type { EvalResult } from "./evalResult.ts";
import { formatFigure } from "./markdown.ts";

const WIDTH = 860;
const NAME_WIDTH = 270;
const VALUE_WIDTH = 80;
const BAR = 16;
const GAP = 5;
const TITLE = 34;
const MARGIN = 12;
const CURVE_HEIGHT = 200;

const TEXT = "#7d8590";
const INTERVAL = "#4d5560";
const OURS = "#8f6ce0";
const PAPER = "#aeb6bf";

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly color: string;
  readonly low?: number;
  readonly high?: number;
}

/** A panel a figure, with the paper's models below; a thin line spans the 95% interval. */
export function plotResult(result: EvalResult): string {
  const { title, model, figures, curve, data } = result;
  const who = model ? `${model.name}, ${model.dtype}` : "no model";
  const parts: string[] = [
    text(
      MARGIN,
      MARGIN + 16,
      `${title}: ${who}, ${data.measured} records of ${data.path.split(/[\\/]/).at(-1) ?? ""}`,
      HEAVY,
    ),
  ];
  let y = MARGIN + TITLE;
  for (const figure of figures) {
    const bars = barsOf(figure, who);
    const longest = Math.max(1e-9, ...bars.map(({ value, high = value }) => high));
    parts.push(text(MARGIN, y + 14, `${figure.name}; ${figure.better} is better`));
    y += TITLE - 10;
    for (const one of bars) {
      parts.push(drawBar(y, one, longest));
      y += BAR + GAP;
    }
    y += GAP;
  }
  if (curve) {
    parts.push(drawCurve(y, curve));
    y += CURVE_HEIGHT + 2 * TITLE;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + MARGIN}" width="${WIDTH}" height="${y + MARGIN}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escape(`${title}, measured, beside the paper's models`)}</title>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

const HEAVY = 'font-weight="600"';

function barsOf({ value, low, high, paper }: Figure, who: string): Bar[] {
  const papers: readonly (number | undefined)[] = paper === undefined ? [] : PAPER_RESULTS[paper];
  return [
    { name: who, value, low, high, color: OURS },
    ...papers.flatMap((number, i): Bar[] =>
      number === undefined ? [] : [{ name: `GPT-2 ${PAPER_SIZES[i] ?? ""}, paper`, value: number, color: PAPER }],
    ),
  ];
}

function drawBar(y: number, { name, value, color, low, high }: Bar, longest: number): string {
  const left = MARGIN + NAME_WIDTH;
  const scale = (WIDTH - left - VALUE_WIDTH - MARGIN) / longest;
  const x = (at: number): string => (left + at * scale).toFixed(1);
  const middle = y + BAR / 2;
  const interval =
    low === undefined || high === undefined
      ? ""
      : `<path d="M${x(low)} ${middle}H${x(high)}M${x(low)} ${middle - 4}v8M${x(high)} ${middle - 4}v8" stroke="${INTERVAL}" stroke-width="1.5" fill="none"/>`;
  return [
    text(MARGIN, middle + 4, name),
    `<rect x="${left}" y="${y}" width="${(value * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`,
    interval,
    text(Number(x(high ?? value)) + 8, middle + 4, formatFigure(value)),
  ].join("\n");
}

/** Accuracy of the answers that the model was surest of. */
function drawCurve(top: number, curve: readonly CurvePoint[]): string {
  const left = MARGIN + 50;
  const width = WIDTH - left - 4 * MARGIN;
  const begin = top + TITLE;
  const x = (share: number): string => (left + share * width).toFixed(1);
  const y = (accuracy: number): string => (begin + (1 - accuracy) * CURVE_HEIGHT).toFixed(1);
  const line = curve.map(({ share, accuracy }, i) => `${i === 0 ? "M" : "L"}${x(share)} ${y(accuracy)}`).join("");
  const ticks = [0, 0.5, 1].flatMap((share) => [
    text(Number(x(share)) - 10, begin + CURVE_HEIGHT + 18, `${100 * share}%`),
    text(MARGIN, Number(y(share)) + 4, `${100 * share}%`),
  ]);
  return [
    text(MARGIN, top + 14, "accuracy on the answers that it was surest of, by their share"),
    `<rect x="${left}" y="${begin}" width="${width}" height="${CURVE_HEIGHT}" fill="none" stroke="${TEXT}"/>`,
    ...ticks,
    `<path d="${line}" fill="none" stroke="${OURS}" stroke-width="2"/>`,
    ...curve.map(({ share, accuracy }) => `<circle cx="${x(share)}" cy="${y(accuracy)}" r="3.5" fill="${OURS}"/>`),
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  const start = `<text x="${x.toFixed(1)}" y="${y}" fill="${TEXT}"`;
  return `${start}${attributes === "" ? "" : ` ${attributes}`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
