import { pointsOf, type Watch, WATCHES } from "./growth.ts";
import type { Sample } from "./samples.ts";

const WIDTH = 860;
const PANEL = 110;
const LEFT = 60;
const RIGHT = 20;
const TITLE = 28;
const GAP = 16;
const TEXT = "#7d8590";
const COLORS: readonly string[] = ["#8f6ce0", "#2f9e8f"];

/** Extension host and engine share a panel. */
const PANELS: readonly { title: string; names: readonly string[] }[] = [
  { title: "Resident memory, MB", names: ["extension host, resident", "engine, resident"] },
  { title: "Handles", names: ["extension host, handles", "engine, handles"] },
  { title: "Threads", names: ["extension host, threads", "engine, threads"] },
  { title: "Files: in storage, temporary", names: ["storage, files", "temporary files"] },
];

/** Lines over the minutes, as SVG without scripts or fonts, in colours that can be read on white and on black. */
export function plotSoak(samples: readonly Sample[]): string {
  const longest = Math.max(...samples.map(({ minutes }) => minutes));
  const panels = PANELS.map(({ title, names }, i) => {
    const watches = names.flatMap((name) => WATCHES.find((watch) => watch.name === name) ?? []);
    return drawPanel(i * (TITLE + PANEL + GAP) + GAP, title, watches, samples, longest);
  });
  const height = PANELS.length * (TITLE + PANEL + GAP) + 2 * GAP + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    "<title>What the extension holds while somebody types</title>",
    ...panels,
    text(LEFT, height - 8, `minutes, 0 to ${longest.toFixed(0)}`),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(
  y: number,
  title: string,
  watches: readonly Watch[],
  samples: readonly Sample[],
  longest: number,
): string {
  const lines = watches.map((watch) => pointsOf(watch, samples));
  const most = Math.max(1, ...lines.flat().map(([, value]) => value));
  const top = y + TITLE;
  const bottom = top + PANEL;
  const place = ([minutes, value]: readonly [number, number]) =>
    `${(LEFT + (minutes / longest) * (WIDTH - LEFT - RIGHT)).toFixed(1)},${(bottom - (value / most) * PANEL).toFixed(1)}`;
  return [
    text(LEFT, y + 18, title, 'font-weight="600"'),
    ...watches.map(({ name }, i) => text(LEFT + 260 + i * 200, y + 18, name.split(",")[0] ?? "", "", COLORS[i])),
    `<path d="M${LEFT} ${top}V${bottom}H${WIDTH - RIGHT}" stroke="${TEXT}" fill="none"/>`,
    text(8, top + 10, most.toFixed(0)),
    text(8, bottom, "0"),
    ...lines.map(
      (points, i) =>
        `<polyline points="${points.map(place).join(" ")}" stroke="${COLORS[i] ?? TEXT}" stroke-width="1.5" fill="none"/>`,
    ),
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = "", color = TEXT): string {
  return `<text x="${x}" y="${y}" fill="${color}"${attributes === "" ? "" : ` ${attributes}`}>${content}</text>`;
}
