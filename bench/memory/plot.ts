/** Bits per byte as bars. */
import { PLOT_GREY, PLOT_WIDTH, svgPicture, svgText } from "../report/svg.ts";
import type { BitsRow } from "./bits.ts";

const NAME_WIDTH = 150;
const VALUE_WIDTH = 50;
const BAR = 12;
const GAP = 2;
const MARGIN = 12;
const BARS = [
  { label: "model alone", color: PLOT_GREY, of: (row: BitsRow) => row.model },
  { label: "memory alone", color: "#d08a1d", of: (row: BitsRow) => row.memory },
  { label: "both", color: "#8f6ce0", of: (row: BitsRow) => row.mixture },
  { label: "both, with the file's own text so far", color: "#2f9e8f", of: (row: BitsRow) => row.mixtureInEditor },
];

/** A group of bars for each row. */
export function plotBits(rows: readonly BitsRow[]): string {
  const left = MARGIN + NAME_WIDTH;
  const largest = Math.max(...rows.flatMap((row) => BARS.map(({ of }) => of(row))));
  const scale = (PLOT_WIDTH - left - VALUE_WIDTH - MARGIN) / largest;
  const parts: string[] = [];
  let x = left;
  for (const { label, color } of BARS) {
    parts.push(
      `<rect x="${x}" y="${MARGIN}" width="10" height="10" rx="2" fill="${color}"/>`,
      svgText(x + 15, MARGIN + 9, label),
    );
    x += 40 + 7 * label.length;
  }
  let y = MARGIN + 30;
  for (const row of rows) {
    parts.push(svgText(MARGIN, y + 2 * BAR + GAP, row.name));
    for (const { color, of } of BARS) {
      const width = of(row) * scale;
      parts.push(`<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${color}"/>`);
      parts.push(svgText(left + width + 6, y + BAR - 2, of(row).toFixed(2)));
      y += BAR + GAP;
    }
    y += 10;
  }
  return svgPicture({ height: y + MARGIN, title: "Bits per byte of held-out files; shorter is better" }, [...parts]);
}
