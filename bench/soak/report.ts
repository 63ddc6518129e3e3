import { type Growth, growthOf, SETTLED_MINUTES, WATCHES } from "./growth.ts";
import type { Tally } from "./person.ts";
import type { Sample } from "./samples.ts";

export interface SoakResult {
  minutes: number;
  tally: Tally;
  samples: readonly Sample[];
}

/** Whether nothing grew beyond its limit, nothing went wrong, and no process was replaced by another. */
export function isSound({ samples, tally }: SoakResult): boolean {
  const growths = growthsOf(samples);
  return (
    growths.length === WATCHES.length &&
    growths.every(({ isBounded }) => isBounded) &&
    tally.mishaps.length === 0 &&
    tally.exactFiles > 0 &&
    processesOf(samples).every(({ pids }) => pids === 1)
  );
}

/** What was done and what came of it, as Markdown. */
export function soakTables(result: SoakResult): string {
  const { minutes, tally, samples } = result;
  const { keys, files, exactFiles, offers, taken, tasks, mishaps } = tally;
  const processes = processesOf(samples).map(({ name, pids }) => `${name}: ${pids}`);
  return [
    `${minutes} minutes, ${keys} keys in ${files} files; ${offers} offers looked at, ${taken} taken; ${tasks} summaries. ` +
      `${exactFiles} files were typed without taking an offer, and each was saved as it was typed. Processes that there were: ${processes.join(", ")}.`,
    ...(mishaps.length === 0 ? [] : [`Mishaps:\n${mishaps.map((mishap) => `- ${mishap}`).join("\n")}`]),
    growthTable(growthsOf(samples)),
    isSound(result) ? "Nothing grew beyond its limit." : "Something grew beyond its limit, or went wrong.",
  ].join("\n\n");
}

function growthsOf(samples: readonly Sample[]): Growth[] {
  return WATCHES.flatMap((watch) => growthOf(watch, samples) ?? []);
}

function processesOf(samples: readonly Sample[]): { name: string; pids: number }[] {
  const count = (pids: readonly (number | undefined)[]) => new Set(pids.filter((pid) => pid !== undefined)).size;
  return [
    { name: "extension hosts", pids: count(samples.map(({ extensionHost }) => extensionHost?.pid)) },
    { name: "engines", pids: count(samples.map(({ engine }) => engine?.pid)) },
  ];
}

function growthTable(growths: readonly Growth[]): string {
  const rows = growths.map(({ watch: { name, unit, limitPerHour }, first, last, least, most, perHour, isBounded }) => {
    const digits = unit === "MB" ? 1 : 0;
    const figures = [first, last, least, most].map((value) => value.toFixed(digits));
    const suffix = unit === "" ? "" : `, ${unit}`;
    return `| ${name}${suffix} | ${figures.join(" | ")} | ${perHour.toFixed(1)} | ${limitPerHour} | ${isBounded ? "yes" : "**no**"} |`;
  });
  return [
    `| from minute ${SETTLED_MINUTES} on | first | last | least | most | growth an hour | limit | bounded |`,
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
