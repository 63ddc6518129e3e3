/** A lock between processes: a file that names its owner, and that the next process takes over when the owner is gone. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { isRunning } from "../engine/model/temporaryFiles.ts";
import { LocalghostError } from "../shared/errors.ts";
import { explainDiskRefusal } from "./diskRefusal.ts";

interface Owner {
  pid: number;
  host: string;
  /** Which start of the machine this is, see {@link thisBoot}: after another one, process ids mean other processes. */
  boot: string;
  /** Tells two locks of one process apart. */
  token: string;
}

/** The kernel's own name for a start of the machine, on Linux. */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";
/** Clocks are set, so that the time of the same start may be computed a little differently later. */
const BOOT_TIME_TOLERANCE_S = 120;
/** Locks of other hosts on a shared disk cannot be checked; nothing takes so long. */
const FOREIGN_LOCK_MS = 24 * 3600 * 1000;
/** Who takes an abandoned lock over may lose it to another process that does the same. */
const ATTEMPTS = 5;

/** The lock that stands for all locks of its folder. */
const ALL = "all.lock";

/**
 * Runs an action that no other process may run on the same thing at the same time.
 * @param what what is being worked on, for the message
 * @throws LocalghostError `modelBusy` at once, when another process holds the lock, or that of the whole folder;
 * `downloadFailed` when the disk refuses the lock or what the action writes
 */
export async function withProcessLock<T>(file: string, what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await locked(file, what, action);
  } catch (thrown) {
    throw explainDiskRefusal(thrown, what);
  }
}

async function locked<T>(file: string, what: string, action: () => Promise<T>): Promise<T> {
  const release = acquire(file);
  if (!release) throw busy(what);
  try {
    // Looked at once the lock is held, as who locks all looks at the others: one of two sees the other.
    if (isLocked(path.join(path.dirname(file), ALL))) throw busy(what);
    return await action();
  } finally {
    release();
  }
}

/**
 * Takes every lock of a folder, present and future.
 * @returns what gives them back, or undefined when a living process holds one of them
 */
export function lockAll(folder: string): (() => void) | undefined {
  const all = path.join(folder, ALL);
  const release = acquire(all);
  if (!release) return undefined;
  const others = fs.readdirSync(folder).filter((name) => name.endsWith(".lock") && name !== ALL);
  if (!others.some((name) => isLocked(path.join(folder, name)))) return release;
  release();
  return undefined;
}

function busy(what: string): LocalghostError {
  return new LocalghostError(
    "modelBusy",
    l10n.t("Another window or command is working on {0}: wait for it, or stop it there.", what),
  );
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
  const mine: Owner = { pid: process.pid, host: os.hostname(), boot: thisBoot(), token: randomUUID() };
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
    const { pid, host, boot, token } = owner ?? {};
    if (typeof pid !== "number" || typeof host !== "string" || typeof boot !== "string" || typeof token !== "string") {
      return undefined;
    }
    return { pid, host, boot, token };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, boot }: Owner, file: string): boolean {
  if (host !== os.hostname()) return Date.now() - fs.statSync(file).mtimeMs < FOREIGN_LOCK_MS;
  return isThisBoot(boot) && isRunning(pid);
}

function isThisBoot(boot: string): boolean {
  const current = thisBoot();
  // Of two names, which are no numbers, the difference is NaN.
  return boot === current || Math.abs(Number(boot) - Number(current)) < BOOT_TIME_TOLERANCE_S;
}

/** A name that no later start has. Where the system has none it is the time of the start, in seconds, by a clock that may be set. */
function thisBoot(): string {
  try {
    return fs.readFileSync(BOOT_ID, "utf8").trim();
  } catch {
    return String(Math.round(Date.now() / 1000 - os.uptime()));
  }
}
