import * as path from "node:path";

/** The engine as it ships where that has just been built (scripts/runChecks.mjs), which starts faster; else its source. */
export function engineFile(): string {
  const root = path.resolve(import.meta.dirname, "..", "..");
  return process.env["LOCALGHOST_CLI"] === undefined
    ? path.join(root, "src", "engine", "main.ts")
    : path.join(root, "dist", "engine.cjs");
}
