/** Builds, then runs the checks of `npm test` one after the other; all of them, so that one run shows all that is wrong. */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { projectNode, repository } from "./lib/paths.mjs";
import { softwareVulkan } from "./lib/softwareVulkan.mjs";

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 */

/** @type {Record<string, () => Outcome | Promise<Outcome>>} */
const checks = {
  format: () => check("node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  types: () => check("node_modules/typescript/bin/tsc", "-b"),
  lint: () => check("node_modules/eslint/bin/eslint.js", "."),
  tests: () => runTests("test/{unit,engine,cli,models}/**/*.test.ts", 2),
  vscode: () => check("scripts/runVscodeSuite.mjs"),
  // After the VS Code suite, which brings Chromium and with it a Vulkan in software.
  webgpu: () => withEnvironment(softwareVulkan(), () => runTests("test/gpu/**/*.test.ts", 1)),
  // One at a time: each opens a browser and a VS Code server.
  workbench: () => runTests("test/e2e/**/*.test.ts", 1),
};

const chosen = process.argv.slice(2).filter((name) => name in checks);
if (chosen.length < process.argv.length - 2) {
  process.stderr.write(`There is a check that "npm test" does not know: use ${Object.keys(checks).join(", ")}.\n`);
  process.exit(2);
}

if (runNode("scripts/build.mjs") !== 0) process.exit(1);
const total = { passed: 0, failed: 0 };
for (const name of chosen.length > 0 ? chosen : Object.keys(checks)) {
  const start = performance.now();
  process.stdout.write(`\n== ${name}\n`);
  const { passed, failed } = (await checks[name]?.()) ?? { passed: 0, failed: 1 };
  total.passed += passed;
  total.failed += failed;
  process.stdout.write(
    `== ${name}: ${failed === 0 ? "ok" : "FAILED"}, ${((performance.now() - start) / 1000).toFixed(0)} s\n`,
  );
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * One command as one check.
 *
 * @param {string} script
 * @param {string[]} args
 * @returns {Outcome}
 */
function check(script, ...args) {
  return runNode(script, ...args) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {string} script
 * @param {string[]} args
 */
function runNode(script, ...args) {
  return spawnSync(projectNode, [join(repository, script), ...args], { cwd: repository, stdio: "inherit" }).status ?? 1;
}

/**
 * @template T
 * @param {Record<string, string> | undefined} environment Added to this process's while `action` runs.
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withEnvironment(environment, action) {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await action();
  } finally {
    for (const name of Object.keys(environment ?? {})) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

/**
 * Runs files of node:test, each in a process of its own.
 *
 * @param {string} pattern
 * @param {number} concurrency
 * @returns {Promise<Outcome>}
 */
async function runTests(pattern, concurrency) {
  const files = globSync(pattern, { cwd: repository }).map((file) => join(repository, file));
  const outcome = { passed: 0, failed: files.length === 0 ? 1 : 0 };
  const stream = run({ files, concurrency, cwd: repository });
  stream.on("test:pass", ({ details }) => void (outcome.passed += details.type === "suite" ? 0 : 1));
  stream.on("test:fail", () => void (outcome.failed += 1));
  /** @type {NodeJS.ReadableStream} */
  const report = stream.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => stream.on("end", resolve));
  return outcome;
}
