/** Builds, then runs the checks of `npm test`: all of them, so that one run shows all that is wrong. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { stripVTControlCharacters } from "node:util";
import { projectNode, repository } from "./lib/paths.mjs";
import { softwareVulkan } from "./lib/softwareVulkan.mjs";

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 */

/** What only reads the sources: side by side, since each of these uses one core. */
const STATIC = {
  format: ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."],
  types: ["node_modules/typescript/bin/tsc", "-b"],
  lint: ["node_modules/eslint/bin/eslint.js", "."],
};

/**
 * What runs the product: one after the other.
 *
 * @type {Record<string, () => Promise<Outcome>>}
 */
const RUNNING = {
  tests: () => runTests("test/{unit,engine,cli,models,server}/**/*.test.ts", 2),
  vscode: async () => outcomeOf(await runNode("scripts/runVscodeSuite.mjs")),
  // Chromium brings a Vulkan in software.
  webgpu: () => withEnvironment(softwareVulkan(), () => runTests("test/gpu/**/*.test.ts", 1)),
  // One at a time: each opens a browser and a VS Code server.
  workbench: () => runTests("test/e2e/**/*.test.ts", 1),
};
/** These need the VS Code server or its browser. */
const IN_BROWSER = ["webgpu", "workbench"];

const names = [...Object.keys(STATIC), ...Object.keys(RUNNING)];
const unknown = process.argv.slice(2).filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is a check that "npm test" does not know: use ${names.join(", ")}.\n`);
  process.exit(2);
}
const chosen = process.argv.length > 2 ? process.argv.slice(2) : names;

if ((await runNode("scripts/build.mjs")) !== 0) process.exit(1);
// Hundreds of short processes run here, and most of what each takes is to read TypeScript: Node keeps what it made of it.
process.env["NODE_COMPILE_CACHE"] ??= join(repository, "node_modules", ".cache", "compile");
// The command line as it ships, which starts several times as fast as its sources.
process.env["LOCALGHOST_CLI"] ??= join(repository, "dist", "cli.js");

// A first download of VS Code and of a browser takes its time from the network, while the sources are read.
const prepared = chosen.some((name) => IN_BROWSER.includes(name))
  ? runAside("scripts/prepareWorkbench.mjs")
  : undefined;
const total = { passed: 0, failed: 0 };
/**
 * Said again at the end, where whoever has only the last lines finds it.
 *
 * @type {string[]}
 */
const failures = [];
const readings = Object.entries(STATIC)
  .filter(([name]) => chosen.includes(name))
  .map(([name, [script = "", ...args]]) => ({ name, result: runAside(script, ...args) }));
for (const { name, result } of readings) {
  process.stdout.write(`\n== ${name}\n`);
  const { code, output, seconds } = await result;
  process.stdout.write(output);
  count(name, outcomeOf(code), seconds);
}
for (const [name, check] of Object.entries(RUNNING)) {
  if (!chosen.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  if (name !== "tests") await prepared;
  const start = performance.now();
  const outcome = await check();
  count(name, outcome, secondsSince(start));
}
if (failures.length > 0) process.stdout.write(`\n${failures.join("\n")}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {Outcome} outcome
 * @param {number} seconds
 */
function count(name, { passed, failed }, seconds) {
  total.passed += passed;
  total.failed += failed;
  process.stdout.write(`== ${name}: ${failed === 0 ? "ok" : "FAILED"}, ${seconds.toFixed(0)} s\n`);
}

/**
 * One command as one check.
 *
 * @param {number} code
 * @returns {Outcome}
 */
function outcomeOf(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * Runs a script with its output on ours.
 *
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<number>} Its exit code; 1 when a signal ended it.
 */
async function runNode(script, ...args) {
  const child = spawn(projectNode, [join(repository, script), ...args], { cwd: repository, stdio: "inherit" });
  const [code] = /** @type {[number | null]} */ (await once(child, "close"));
  return code ?? 1;
}

/**
 * Runs a script beside others, and keeps what it says.
 *
 * @param {string} script
 * @param {string[]} args
 */
async function runAside(script, ...args) {
  const start = performance.now();
  const child = spawn(projectNode, [join(repository, script), ...args], { cwd: repository });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    /** @type {Promise<[number | null]>} */ (once(child, "close")),
  ]);
  return { code: code ?? 1, output: output + errors, seconds: secondsSince(start) };
}

/** @param {number} start As performance.now() gives it. */
function secondsSince(start) {
  return (performance.now() - start) / 1000;
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
  stream.on("test:fail", ({ name, file = "", line, details }) => {
    outcome.failed += 1;
    if (details.type !== "suite") failures.push(`✖ ${name} (${file}:${line})\n${explain(details.error)}`);
  });
  /** @type {NodeJS.ReadableStream} */
  const report = stream.compose(new spec());
  report.pipe(process.stdout, { end: false });
  await new Promise((resolve) => stream.on("end", resolve));
  return outcome;
}

/** @param {Error} error As the runner wraps what a test has thrown. */
function explain({ message, cause }) {
  const { stack = message } = /** @type {Partial<Error>} */ (cause ?? {});
  return stripVTControlCharacters(stack).replaceAll(/^/gm, "  ");
}
