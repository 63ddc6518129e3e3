import { spawn, spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

/**
 * A child process with its descendants, which are stopped together.
 *
 * @typedef {object} ProcessGroup
 * @property {number} pid
 * @property {Promise<number | string>} exited The exit code or the signal that ended the first process.
 * @property {() => Promise<void>} stop Asks the whole group to end, and ends it by force after three seconds.
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<ProcessGroup>}
 */
export async function startGroup(command, args, options) {
  // A group of its own on POSIX; Windows knows the tree by its root.
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  const pid = child.pid ?? 0;
  const killAtExit = () => kill(pid, "SIGKILL");
  process.once("exit", killAtExit);
  /** @type {Promise<number | string>} */
  const exited = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code ?? 0)));
  return {
    pid,
    exited,
    stop: async () => {
      kill(pid, "SIGTERM");
      for (let waited = 0; waited < 3000 && isGroupAlive(pid); waited += 50) await wait(50);
      kill(pid, "SIGKILL");
      await exited;
      process.removeListener("exit", killAtExit);
    },
  };
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function kill(pid, signal) {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}

/** @param {number} pid */
function isGroupAlive(pid) {
  if (process.platform === "win32") return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
