import * as fs from "node:fs";

/** The processes of engines whose bundle lies below a folder; Linux only. */
export function engineProcesses(folder: string): number[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return command.some((part) => part.startsWith(folder) && part.endsWith("engine.cjs"));
      } catch {
        return false; // It ended while we looked.
      }
    });
}

/** The files that a process has mapped into its memory; Linux only. */
export function mappedFiles(pid: number): string[] {
  const lines = fs.readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return [...new Set(lines.map((line) => line.slice(73).trim()).filter((file) => file.startsWith("/")))];
}
