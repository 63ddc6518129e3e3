/** Whether something that is watched for an hour grows, and by how much. */
import type { Sample } from "./samples.ts";

/** Everything has been used by then: code is compiled, caches are full, the memory has read the workspace. */
export const SETTLED_MINUTES = 10;

export interface Watch {
  name: string;
  unit: "MB" | "";
  read: (sample: Sample) => number | undefined;
  /** The most that it may grow in an hour. */
  limitPerHour: number;
}

/**
 * The limits: resident memory of processes with a collected heap moves by tens of megabytes from one minute to the next, and
 * VS Code's own extensions live in the same host; a leak of one kilobyte a key is 20 MB in an hour of 20,000 keys.
 */
export const WATCHES: readonly Watch[] = [
  { name: "extension host, resident", unit: "MB", read: (s) => s.extensionHost?.residentMegabytes, limitPerHour: 60 },
  { name: "engine, resident", unit: "MB", read: (s) => s.engine?.residentMegabytes, limitPerHour: 20 },
  { name: "extension host, handles", unit: "", read: (s) => s.extensionHost?.handles, limitPerHour: 5 },
  { name: "engine, handles", unit: "", read: (s) => s.engine?.handles, limitPerHour: 1 },
  { name: "extension host, threads", unit: "", read: (s) => s.extensionHost?.threads, limitPerHour: 1 },
  { name: "engine, threads", unit: "", read: (s) => s.engine?.threads, limitPerHour: 1 },
  { name: "processes", unit: "", read: (s) => s.processes, limitPerHour: 2 },
  { name: "storage, files", unit: "", read: (s) => s.storage.files, limitPerHour: 5 },
  { name: "storage, size", unit: "MB", read: (s) => s.storage.megabytes, limitPerHour: 1 },
  { name: "temporary files", unit: "", read: (s) => s.temporary.files, limitPerHour: 5 },
  { name: "temporary files, size", unit: "MB", read: (s) => s.temporary.megabytes, limitPerHour: 1 },
];

export interface Growth {
  watch: Watch;
  first: number;
  last: number;
  least: number;
  most: number;
  perHour: number;
  isBounded: boolean;
}

/** Growth from the settled minute on; undefined where nothing was seen then. */
export function growthOf(watch: Watch, samples: readonly Sample[], settled = SETTLED_MINUTES): Growth | undefined {
  const points = pointsOf(watch, samples).filter(([minutes]) => minutes >= settled);
  const values = points.map(([, value]) => value);
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const perHour = 60 * medianSlope(points);
  const range = { least: Math.min(...values), most: Math.max(...values) };
  return { watch, first, last, ...range, perHour, isBounded: perHour <= watch.limitPerHour };
}

/** Minutes and values, where there are any. */
export function pointsOf({ read }: Watch, samples: readonly Sample[]): [minutes: number, value: number][] {
  return samples.flatMap((sample) => {
    const value = read(sample);
    return value === undefined ? [] : [[sample.minutes, value]];
  });
}

/** The median of the slopes between all pairs (Theil 1950, Sen 1968), which single high readings do not move. */
function medianSlope(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x, y], i) =>
    points.slice(i + 1).flatMap(([x2, y2]) => (x2 > x ? [(y2 - y) / (x2 - x)] : [])),
  );
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
