/** Files under a name that says which process is writing them, until they are whole and get their own. */
import * as fs from "node:fs";
import * as path from "node:path";

/** Long after this no process still writes: its id may mean another one. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** The name under which this process writes a file. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/**
 * Removes what processes that ended too early left in a folder.
 * @param name only for this file; absent: for any
 * @returns the bytes that were freed
 */
export function removeAbandoned(folder: string, name?: string): number {
  let freed = 0;
  for (const entry of fs.readdirSync(folder)) {
    const [, file, pid] = /^(.+)\.(\d+)\.tmp$/.exec(entry) ?? [];
    if (file === undefined || (name !== undefined && file !== name)) continue;
    const whole = path.join(folder, entry);
    try {
      const { size, mtimeMs } = fs.statSync(whole);
      if (isRunning(Number(pid)) && Date.now() - mtimeMs < ABANDONED_MS) continue;
      fs.rmSync(whole);
      freed += size;
    } catch {
      // Another process was faster, or the folder is not ours to clean.
    }
  }
  return freed;
}

/** True for a process of this machine that has not ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
