import * as fs from "node:fs";

export interface ProcessMemory {
  residentMegabytes: number;
  peakMegabytes: number;
  /** Resident memory that is the process's own; the rest are pages of files, which the system can drop. Linux only. */
  anonymousMegabytes: number | undefined;
}

/** Resident memory of a process, on Linux of any; elsewhere of this one only. */
export function processMemory(pid: number): ProcessMemory {
  const status = readStatus(pid);
  if (!status) {
    const { rss } = process.memoryUsage();
    const peak = process.resourceUsage().maxRSS * 1024;
    return { residentMegabytes: rss / 1e6, peakMegabytes: peak / 1e6, anonymousMegabytes: undefined };
  }
  const megabytes = (key: string): number =>
    (Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? NaN) * 1024) / 1e6;
  return {
    residentMegabytes: megabytes("VmRSS"),
    peakMegabytes: megabytes("VmHWM"),
    anonymousMegabytes: megabytes("RssAnon"),
  };
}

function readStatus(pid: number): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return undefined;
  }
}
