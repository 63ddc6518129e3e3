import { PLOT_GREY, PLOT_WIDTH, svgPicture, svgText } from "../report/svg.ts";
import { pointsOf, type Watch, WATCHES } from "./growth.ts";
import type { Sample } from "./samples.ts";

const PANEL = 110;
const LEFT = 60;
const RIGHT = 20;
const TITLE = 28;
const GAP = 16;
const COLORS: readonly string[] = ["#8f6ce0", "#2f9e8f"];

/** Extension host and engine share a panel. */
const PANELS: readonly { title: string; names: readonly string[] }[] = [
  { title: "Resident memory, MB", names: ["extension host, resident", "engine, resident"] },
  { title: "Handles", names: ["extension host, handles", "engine, handles"] },
  { title: "Threads", names: ["extension host, threads", "engine, threads"] },
  { title: "Files: in storage, temporary", names: ["storage, files", "temporary files"] },
];

/** Lines over the minutes, as SVG. */
export function plotSoak(samples: readonly Sample[]): string {
  const longest = Math.max(...samples.map(({ minutes }) => minutes));
  const panels = PANELS.map(({ title, names }, i) => {
    const watches = names.flatMap((name) => WATCHES.find((watch) => watch.name === name) ?? []);
    return drawPanel(i * (TITLE + PANEL + GAP) + GAP, title, watches, samples, longest);
  });
  const height = PANELS.length * (TITLE + PANEL + GAP) + 2 * GAP + 10;
  return svgPicture({ height, title: "What the extension holds while somebody types" }, [
    ...panels,
    svgText(LEFT, height - 8, `minutes, 0 to ${longest.toFixed(0)}`),
  ]);
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
    `${(LEFT + (minutes / longest) * (PLOT_WIDTH - LEFT - RIGHT)).toFixed(1)},${(bottom - (value / most) * PANEL).toFixed(1)}`;
  return [
    svgText(LEFT, y + 18, title, { isBold: true }),
    ...watches.map(({ name }, i) =>
      svgText(LEFT + 260 + i * 200, y + 18, name.split(",")[0] ?? "", { color: COLORS[i] }),
    ),
    `<path d="M${LEFT} ${top}V${bottom}H${PLOT_WIDTH - RIGHT}" stroke="${PLOT_GREY}" fill="none"/>`,
    svgText(8, top + 10, most.toFixed(0)),
    svgText(8, bottom, "0"),
    ...lines.map(
      (points, i) =>
        `<polyline points="${points.map(place).join(" ")}" stroke="${COLORS[i] ?? PLOT_GREY}" stroke-width="1.5" fill="none"/>`,
    ),
  ].join("\n");
}
