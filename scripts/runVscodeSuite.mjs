/**
 * Runs test/vscode inside a real VS Code: a desktop one where that can be, else the VS Code server in a headless
 * browser. Usage: node scripts/runVscodeSuite.mjs [--extension FOLDER]
 *
 * LOCALGHOST_VSCODE=desktop|server chooses; LOCALGHOST_VSCODE_VERSION picks the desktop's version; LOCALGHOST_GREP picks
 * tests by a part of their names.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleVscodeSuite, suiteResult } from "./lib/bundleVscodeSuite.mjs";
import { createCleanup } from "./lib/cleanup.mjs";
import { downloadDesktop } from "./lib/downloadDesktop.mjs";
import { parseJson } from "./lib/parseJson.mjs";
import { repository } from "./lib/paths.mjs";
import { Problem, describe } from "./lib/problem.mjs";
import { copySampleWorkspace } from "./lib/sampleWorkspace.mjs";
import { runSuiteOnDesktop } from "./lib/suiteOnDesktop.mjs";
import { runSuiteOnServer } from "./lib/suiteOnServer.mjs";
import { createSuiteOutput } from "./lib/suiteOutput.mjs";

const timeLimit = 8 * 60_000;

const cleanup = createCleanup();
const output = createSuiteOutput();
const limit = setTimeout(() => void fail("The suite did not end within eight minutes."), timeLimit);
try {
  const { values } = parseArgs({ options: { extension: { type: "string", default: repository } } });
  const extension = resolve(values.extension);
  requireBuild(extension);
  const suite = await bundleVscodeSuite();
  const workspace = await copySampleWorkspace();
  cleanup.add(workspace.remove);
  const desktop = await downloadDesktop();
  const options = { extension, suite, folder: workspace.path, cleanup, output };
  const code = await (desktop ? runSuiteOnDesktop(desktop, options) : runSuiteOnServer(options));
  const counts = readCounts(suite);
  if (counts) await finish(code, counts);
  else await fail("The suite ended before its tests did.");
} catch (error) {
  await fail(describe(error));
}

/** @param {string} extension */
function requireBuild(extension) {
  const manifest = /** @type {{ main?: string }} */ (parseJson(readFileSync(join(extension, "package.json"), "utf8")));
  const main = join(extension, manifest.main ?? "index.js");
  if (!existsSync(main)) throw new Problem(`${main} is not built yet: run "node scripts/build.mjs" first.`);
}

/**
 * The counts that the suite leaves beside itself once its tests have run.
 *
 * @param {string} suite
 */
function readCounts(suite) {
  const file = suiteResult(suite);
  if (!existsSync(file)) return undefined;
  const counts = /** @type {{ passes: number, failures: number }} */ (parseJson(readFileSync(file, "utf8")));
  return `${counts.passes} passed, ${counts.failures} failed`;
}

/** @param {string} reason */
async function fail(reason) {
  if (cleanup.isInterrupted()) return;
  output.printKept();
  await finish(1, reason);
}

/**
 * @param {number} code
 * @param {string} lastLine
 */
async function finish(code, lastLine) {
  clearTimeout(limit);
  await cleanup.run();
  process.stdout.write(`${lastLine}\n`);
  process.exit(code);
}
