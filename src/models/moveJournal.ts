/**
 * What is known of a move of the models folder while it is under way: `.moving.json`, in the old place and in the new one.
 * Until the move is decided, by one write, all can be taken back; from then on, what is left in the old place can go. So
 * a process that ends at any moment leaves what the next one brings to an end, either way.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { removeAbandoned } from "../engine/model/temporaryFiles.ts";
import { removeIfEmpty, removeTree } from "./install.ts";
import { ModelsFolder } from "./modelsFolder.ts";
import { forgetMove, movedTo, NOTE, noteMove } from "./movedNote.ts";
import { lockAll, removeAbandonedLocks } from "./processLock.ts";
import { writeWhole } from "./writeWhole.ts";

const JOURNAL = ".moving.json";

export interface Move {
  readonly version: 1;
  /** Absolute. */
  readonly from: string;
  readonly to: string;
  /** Folders below `from` that move: `owner/name`, `.staging/key`. None of them was in `to` before. */
  readonly units: readonly string[];
  /** Places whose notes led to `from`. */
  readonly before: readonly string[];
  /** What decides the move: a note in `from`, or, where the models come back, that the note in `to` is gone. */
  readonly decidedBy: "note" | "no note";
}

/** Writes down what is about to happen. From now on {@link recoverMove} takes care of an end that comes too early. */
export function beginMove(move: Move): void {
  for (const place of [move.from, move.to]) writeWhole(path.join(place, JOURNAL), JSON.stringify(move));
}

/** Decides the move: whoever looks for the models finds them in the new place. */
export function decideMove({ from, to, decidedBy }: Move): void {
  if (decidedBy === "note") noteMove(from, to);
  else forgetMove(to);
}

/** Removes what a decided move leaves in the old place. */
export function finishMove(move: Move): void {
  const { from, to, units, before } = move;
  for (const place of [from, ...before]) if (place !== to && fs.existsSync(place)) noteMove(place, to);
  const old = new ModelsFolder(from);
  fs.mkdirSync(old.trash, { recursive: true });
  for (const [index, unit] of units.entries()) {
    const source = path.join(from, unit);
    const trashed = path.join(old.trash, `moved-${index}`);
    // Also where the unit itself is gone: a process may have ended while it removed this.
    removeTree(trashed);
    if (!fs.existsSync(source)) continue;
    // Whole until it is out of sight, as everything that is removed.
    fs.renameSync(source, trashed);
    removeTree(trashed);
  }
  endMove(move, from);
}

/** Puts everything back to where it was before a move that was not decided. */
export function undoMove(move: Move): void {
  const { from, to, units } = move;
  removeTree(new ModelsFolder(to).arriving);
  for (const unit of units) {
    const [source, target] = [path.join(from, unit), path.join(to, unit)];
    if (!fs.existsSync(target)) continue;
    if (fs.existsSync(source)) {
      removeTree(target);
    } else {
      fs.mkdirSync(path.dirname(source), { recursive: true });
      fs.renameSync(target, source);
    }
  }
  endMove(move, to);
}

/** Brings a move to its end whose process ended too early. Does nothing while another process is at it. */
export function recoverMove(models: ModelsFolder): void {
  if (!fs.existsSync(models.path)) return;
  removeDrafts(models.path);
  const move = readMove(models.path);
  if (!move) return;
  const unlock = lockBoth(move);
  if (!unlock) return;
  try {
    if (readMove(move.from)?.to !== move.to) {
      // Written first and removed first in the old place: nothing had begun, or all is done, or that disk is not here.
      removeTree(new ModelsFolder(models.path).arriving);
      fs.rmSync(path.join(models.path, JOURNAL), { force: true });
    } else if (isDecided(move)) finishMove(move);
    else undoMove(move);
  } catch (error) {
    // A disk that cannot be written to now: the journal stays, and the next start tries again.
    if (!(error instanceof Error && "syscall" in error)) throw error;
  } finally {
    unlock();
  }
}

/** Locks all of both places, as far as they are there; undefined when a living process works in one of them. */
export function lockBoth({ from, to }: Pick<Move, "from" | "to">): (() => void) | undefined {
  const releases: (() => void)[] = [];
  for (const place of [from, to].filter((one) => fs.existsSync(one))) {
    const { locks } = new ModelsFolder(place);
    removeAbandonedLocks(locks);
    const release = lockAll(locks);
    if (!release) {
      for (const one of releases) one();
      return undefined;
    }
    releases.push(() => {
      release();
      removeIfEmpty(locks);
    });
  }
  return () => {
    for (const release of releases) release();
  };
}

function isDecided({ from, to, decidedBy }: Move): boolean {
  return decidedBy === "note" ? movedTo(from) === to : movedTo(to) === undefined;
}

/** Removes the journals, that of the old place first, and the folders that are empty now in the place that was given up. */
function endMove({ from, to, units }: Move, givenUp: string): void {
  for (const place of [from, to]) {
    fs.rmSync(path.join(place, JOURNAL), { force: true });
    removeDrafts(place);
  }
  removeIfEmpty(new ModelsFolder(to).arriving);
  removeIfEmpty(new ModelsFolder(from).trash);
  for (const unit of units) removeIfEmpty(path.join(givenUp, path.dirname(unit)));
}

/** What a process left that ended while it wrote a journal or a note; the folder may hold files of others. */
function removeDrafts(place: string): void {
  for (const name of [JOURNAL, NOTE]) removeAbandoned(place, name);
}

/** True for a folder that a move is about: one of the models folder, whoever wrote the journal. */
export function isUnit(unit: unknown): boolean {
  return typeof unit === "string" && /^(\.staging|\w[\w.-]*)\/\w[\w.-]*$/.test(unit) && !unit.includes("..");
}

function readMove(folder: string): Move | undefined {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(folder, JOURNAL), "utf8"));
    return isMove(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMove(value: unknown): value is Move {
  const { version, from, to, units, before, decidedBy } = (value ?? {}) as Partial<Record<keyof Move, unknown>>;
  const isPlace = (place: unknown): boolean => typeof place === "string" && path.isAbsolute(place);
  return (
    version === 1 &&
    isPlace(from) &&
    isPlace(to) &&
    Array.isArray(units) &&
    units.every(isUnit) &&
    Array.isArray(before) &&
    before.every(isPlace) &&
    (decidedBy === "note" || decidedBy === "no note")
  );
}
