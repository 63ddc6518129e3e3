/** What Linux tells of running processes; see proc(5). */
import * as fs from "node:fs";
import { processMemory } from "./engines/processMemory.ts";

export interface ProcessFigures {
  residentMegabytes: number;
  threads: number;
  /** Open files, sockets and pipes. */
  handles: number;
}

export interface RunningProcess {
  pid: number;
  parent: number;
  /** Its arguments, joined by spaces. */
  command: string;
}

/** @throws where the system has no `/proc`, and when the process has ended */
export function processFigures(pid: number): ProcessFigures {
  return {
    residentMegabytes: processMemory(pid).residentMegabytes,
    threads: fs.readdirSync(`/proc/${pid}/task`).length,
    handles: fs.readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** A process's share of the memory that it has in common with others, and what is its own, in megabytes. */
export function proportionalMegabytes(pid: number): number {
  const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return (Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? NaN) * 1024) / 1e6;
}

/** All that a process has started, and what those have, without itself. */
export function descendants(root: number): RunningProcess[] {
  const all = runningProcesses();
  const found: RunningProcess[] = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const one of all) {
      if (one.parent !== parent) continue;
      found.push(one);
      parents.push(one.pid);
    }
  }
  return found;
}

function runningProcesses(): RunningProcess[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
      // The name in parentheses may hold anything; the parent is the second field after it.
      const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return [{ pid, parent: Number(fields[1]), command }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}
