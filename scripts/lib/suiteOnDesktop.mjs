import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { rootFlags } from "./desktop.mjs";
import { messageOf } from "./problem.mjs";

/**
 * What a suite runs with, on either kind of VS Code.
 *
 * @typedef {object} SuiteOptions
 * @property {string} extension
 * @property {string} suite
 * @property {string} folder
 * @property {ReturnType<typeof import("./cleanup.mjs").createCleanup>} cleanup
 * @property {ReturnType<typeof import("./suiteOutput.mjs").createSuiteOutput>} output
 */

/**
 * @param {string} vscodeExecutablePath
 * @param {SuiteOptions} options
 * @returns {Promise<number>} The exit code.
 */
export async function runSuiteOnDesktop(vscodeExecutablePath, { extension, suite, folder, cleanup }) {
  // Short, since VS Code makes a socket in there whose path may not be long.
  const profile = await mkdtemp(join(tmpdir(), "lg-"));
  cleanup.add(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  try {
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      launchArgs: [
        folder,
        "--user-data-dir",
        profile,
        "--disable-extensions",
        "--disable-workspace-trust",
        ...rootFlags(),
      ],
    });
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}
