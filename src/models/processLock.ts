/** A lock between processes: a file that names its owner, and that the next process takes over when the owner is gone. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isRunning } from "../engine/model/temporaryFiles.ts";
import { LocalghostError } from "../shared/errors.ts";

interface Owner {
  pid: number;
  host: string;
  /** When the machine started, in seconds: after a restart, process ids mean other processes. */
  bootTime: number;
  /** Tells two locks of one process apart. */
  token: string;
}

/** Clocks are set, so that the same start may be computed a little differently later. */
const BOOT_TIME_TOLERANCE_S = 120;
/** Locks of other hosts on a shared disk cannot be checked; nothing takes so long. */
const FOREIGN_LOCK_MS = 24 * 3600 * 1000;
/** Who takes an abandoned lock over may lose it to another process that does the same. */
const ATTEMPTS = 5;

/**
 * Runs an action that no other process may run on the same thing at the same time.
 * @param what what is being worked on, for the message
 * @throws LocalghostError `modelBusy` at once, when another process holds the lock
 */
export async function withProcessLock<T>(file: string, what: string, action: () => Promise<T>): Promise<T> {
  const release = acquire(file);
  if (!release) {
    throw new LocalghostError(
      "modelBusy",
      `Another window or command is working on ${what}: wait for it, or stop it there.`,
    );
  }
  try {
    return await action();
  } finally {
    release();
  }
}

/** True while a living process holds the lock. */
export function isLocked(file: string): boolean {
  const owner = readOwner(file);
  return owner !== undefined && isAlive(owner, file);
}

/** Removes locks, and drafts of them, whose processes are gone. */
export function removeAbandonedLocks(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const owner = readOwner(file);
    if (!owner || !isAlive(owner, file)) takeAway(file, owner);
  }
}

/** @returns what gives the lock back, or undefined when somebody else has it */
function acquire(file: string): (() => void) | undefined {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine: Owner = { pid: process.pid, host: os.hostname(), bootTime: bootTime(), token: randomUUID() };
  // Written first and then linked, so that a lock is never seen without its owner.
  const draft = `${file}.${mine.token}`;
  fs.writeFileSync(draft, JSON.stringify(mine));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (claim(draft, file)) return () => release(file, mine);
      const owner = readOwner(file);
      if (owner && isAlive(owner, file)) return undefined;
      takeAway(file, owner);
    }
    return undefined;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function claim(draft: string, file: string): boolean {
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // File systems without hard links copy, which refuses an existing file too.
    try {
      fs.copyFileSync(draft, file, fs.constants.COPYFILE_EXCL);
      return true;
    } catch (copyError) {
      if ((copyError as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw copyError;
    }
  }
}

/** Removes an abandoned lock, unless another process has replaced it in the meantime. */
function takeAway(file: string, abandoned: Owner | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return; // Another process was faster.
  }
  const taken = readOwner(aside);
  if (taken && taken.token !== abandoned?.token && isAlive(taken, aside)) claim(aside, file);
  fs.rmSync(aside, { force: true });
}

function release(file: string, mine: Owner): void {
  if (readOwner(file)?.token === mine.token) fs.rmSync(file, { force: true });
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<Owner> | null;
    const { pid, host, bootTime: start, token } = owner ?? {};
    if (typeof pid !== "number" || typeof host !== "string" || typeof start !== "number" || typeof token !== "string") {
      return undefined;
    }
    return { pid, host, bootTime: start, token };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, bootTime: start }: Owner, file: string): boolean {
  if (host !== os.hostname()) return Date.now() - fs.statSync(file).mtimeMs < FOREIGN_LOCK_MS;
  return Math.abs(start - bootTime()) < BOOT_TIME_TOLERANCE_S && isRunning(pid);
}

function bootTime(): number {
  return Math.round(Date.now() / 1000 - os.uptime());
}
