import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Runs a task while no other process runs one under the same lock. The lock is a folder, since making one either
 * succeeds or fails as a whole; one whose owner is gone is taken over.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} task
 * @param {() => void} [onWait] Called once when another process holds the lock.
 * @returns {Promise<T>}
 */
export async function withLock(folder, task, onWait) {
  await mkdir(dirname(folder), { recursive: true });
  const owner = join(folder, "pid");
  let told = false;
  while (!(await make(folder))) {
    if (await isAbandoned(owner)) {
      await rm(folder, { recursive: true, force: true });
      continue;
    }
    if (!told) onWait?.();
    told = true;
    await wait(500);
  }
  try {
    await writeFile(owner, String(process.pid));
    return await task();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function make(folder) {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Whether the process named in a lock has ended; a lock without a name is given time to get one.
 *
 * @param {string} owner
 */
async function isAbandoned(owner) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const pid = Number(await readFile(owner, "utf8").catch(() => ""));
    if (pid > 0) return !isAlive(pid);
    await wait(100);
  }
  return true;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
