import * as os from "node:os";

/** Lets everything else on the machine go before a process. Where the system refuses, it stays as it is. */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or may not be changed.
  }
}
