/**
 * `npm test`: installs what is missing, then runs every check with the project's own Node. Needs Node 20.18 and git only.
 * Arguments choose checks by name: format, types, lint, tests, vscode, webgpu, workbench.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureDependencies, projectNode } from "./lib/ensureDependencies.mjs";
import { describe } from "./lib/problem.mjs";

try {
  await ensureDependencies();
  const checks = join(import.meta.dirname, "runChecks.mjs");
  process.exitCode = spawnSync(projectNode, [checks, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}
