import { format } from "node:util";

/** What the suite puts before each thing it prints (test/vscode/index.ts). */
const mark = "[suite] ";

/**
 * Prints what the suite prints, and keeps back what VS Code says about itself: it is of use only when things go wrong.
 */
export function createSuiteOutput() {
  /** @type {string[]} */
  const kept = [];
  return {
    /** @param {unknown[]} args */
    log: (args) => {
      const line = format(...args);
      if (line.startsWith(mark)) process.stdout.write(`${line.slice(mark.length)}\n`);
      else kept.push(line);
    },
    printKept: () => process.stderr.write(kept.map((line) => `  ${line}\n`).join("")),
  };
}
