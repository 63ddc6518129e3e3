import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "./paths.mjs";
import { Problem, messageOf } from "./problem.mjs";

/**
 * Runs npm with its output on stderr, and fails with one sentence when npm does.
 *
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<void>}
 */
export function runNpm(args, { cwd, env = {} }) {
  const { command, before, shell } = findNpm();
  const title = `npm ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args], {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ["ignore", process.stderr, process.stderr],
    });
    child.on("error", (error) => reject(new Problem(`npm could not be started: ${messageOf(error)}.`)));
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Problem(`"${title}" failed (${signal ?? `exit code ${code ?? 1}`}); its messages are above.`));
    });
  });
}

/**
 * What npm prints on its standard output.
 *
 * @param {string[]} args
 * @param {{ cwd: string }} options
 * @returns {Promise<string>}
 */
export async function npmOutput(args, { cwd }) {
  const { command, before, shell } = findNpm();
  const run = promisify(execFile);
  try {
    return (await run(command, [...before, ...args], { cwd, shell, maxBuffer: 2 ** 28 })).stdout;
  } catch (error) {
    throw new Problem(`"npm ${args[0] ?? ""}" failed: ${messageOf(error)}`);
  }
}

/** npm's own script under this Node where it can be found: Windows cannot spawn npm.cmd without a shell. */
function findNpm() {
  const beside = dirname(process.execPath);
  const script = [
    process.env["npm_execpath"] ?? "",
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((file) => file.endsWith("npm-cli.js") && existsSync(file));
  if (script) return { command: process.execPath, before: [script], shell: false };
  const npm = findOnPath("npm");
  if (!npm) throw new Problem("npm was not found: install Node.js 20 or newer with npm.");
  return { command: process.platform === "win32" ? `"${npm}"` : npm, before: [], shell: process.platform === "win32" };
}
