import * as fs from "node:fs";

/** The kernel counts processor time in these (`USER_HZ`, the same on every Linux). */
const TICKS_A_SECOND = 100;

/**
 * Share of one core, in percent, that a process uses over some seconds; undefined where the system has no `/proc`.
 */
export async function measureIdleCpu(pid: number, seconds: number): Promise<number | undefined> {
  const before = processorSeconds(pid);
  if (before === undefined) return undefined;
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsed = (performance.now() - start) / 1000;
  return (100 * ((processorSeconds(pid) ?? NaN) - before)) / elapsed;
}

function processorSeconds(pid: number): number | undefined {
  try {
    // The name in parentheses may hold anything; user and system time are the 12th and 13th fields after it.
    const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
