/** Moves all models to another folder, on the same disk or another one. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { cleanUp } from "./cleanUp.ts";
import { copyModel } from "./copyModel.ts";
import { bytesBelow, requireSpace } from "./diskSpace.ts";
import { removeIfEmpty, renameModel } from "./install.ts";
import { installedNames } from "./installed.ts";
import { ModelsFolder } from "./modelsFolder.ts";
import { movedTo, placesFrom } from "./movedNote.ts";
import {
  beginMove,
  decideMove,
  finishMove,
  isUnit,
  lockBoth,
  type Move,
  recoverMove,
  undoMove,
} from "./moveJournal.ts";

export interface MoveProgress {
  readonly activity: "copying" | "checking";
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface MoveOptions {
  /** What named the old place, where that is another: notes there are brought up to date. */
  readonly usual?: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: MoveProgress) => void;
}

export interface Moved {
  readonly models: ModelsFolder;
  /** Names of the models that moved. */
  readonly names: readonly string[];
  /** Bytes of all that moved, downloads that can go on included. */
  readonly bytes: number;
}

/**
 * Moves every model and every unfinished download from one folder to another. Where both are on one disk they are
 * renamed; else they are copied, compared, and then removed. Nothing changes for who looks for the models until all are
 * there: then a note in the old folder leads to the new one (see movedNote.ts). When this fails, is cancelled or the
 * process dies before that, all is as it was, at once or at the next start.
 *
 * An engine that has a model loaded should unload it first: Windows does not move open files.
 * @param to a folder, which may be there and hold other things, but none of these models
 * @throws LocalghostError `invalidRequest`, `modelBusy` while another process works on a model in either place,
 * `downloadFailed` when the disk is too full, `modelInvalid` when a copy differs, or `cancelled`
 */
export async function moveModels(
  from: ModelsFolder,
  to: string,
  { usual = from.path, signal, onProgress = () => undefined }: MoveOptions,
): Promise<Moved> {
  const source = new ModelsFolder(path.resolve(from.path));
  const target = new ModelsFolder(path.resolve(to));
  makeFolder(source.path);
  const isNew = !fs.existsSync(target.path);
  makeFolder(target.path);
  checkPlaces(source.path, target.path);
  cleanUp(source);
  // What else is in a folder that a person chose is theirs.
  recoverMove(target);
  const unlock = lockBoth({ from: source.path, to: target.path });
  if (!unlock) {
    throw new LocalghostError(
      "modelBusy",
      l10n.t("Another window or command is working on one of the models: wait for it, or stop it there."),
    );
  }
  try {
    const names = installedNames(source);
    const move = planMove(source, target, names, placesFrom(usual));
    const bytes = move.units.reduce((sum, unit) => sum + bytesBelow(path.join(source.path, unit)), 0);
    await carryOut(move, bytes, signal, onProgress);
    return { models: target, names, bytes };
  } finally {
    unlock();
    if (isNew) removeIfEmpty(target.path);
  }
}

async function carryOut(
  move: Move,
  bytesTotal: number,
  signal: AbortSignal,
  onProgress: (progress: MoveProgress) => void,
): Promise<void> {
  try {
    beginMove(move);
    let before = 0;
    for (const unit of move.units) {
      if (signal.aborted) throw new LocalghostError("cancelled", "The move was cancelled.");
      const bytes = bytesBelow(path.join(move.from, unit));
      await moveUnit(move, unit, bytesTotal - before, signal, (activity, done) =>
        onProgress({ activity, bytesDone: before + done, bytesTotal }),
      );
      before += bytes;
      onProgress({ activity: "checking", bytesDone: before, bytesTotal });
    }
    decideMove(move);
  } catch (error) {
    undoMove(move);
    throw error;
  }
  finishMove(move);
}

/** @param bytesLeft of this unit and those after it */
async function moveUnit(
  { from, to }: Move,
  unit: string,
  bytesLeft: number,
  signal: AbortSignal,
  onBytes: (activity: MoveProgress["activity"], done: number) => void,
): Promise<void> {
  const [source, target] = [path.join(from, unit), path.join(to, unit)];
  fs.mkdirSync(path.dirname(target), { recursive: true });
  try {
    renameModel(source, target);
  } catch (error) {
    // Only between two disks: a rename cannot leave its own.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await requireSpace(to, bytesLeft, l10n.t("Moving the models"));
    const arriving = new ModelsFolder(to).arrivingOf(unit);
    await copyModel(source, arriving, signal, ({ activity, bytes }) => onBytes(activity, bytes));
    renameModel(arriving, target);
  }
}

function planMove(from: ModelsFolder, to: ModelsFolder, names: readonly string[], places: readonly string[]): Move {
  const downloads = fs.existsSync(from.staging) ? fs.readdirSync(from.staging).map((key) => `.staging/${key}`) : [];
  const units = [...names, ...downloads].filter(isUnit);
  const taken = units.find((unit) => fs.existsSync(path.join(to.path, unit)));
  if (taken !== undefined) {
    throw new LocalghostError(
      "invalidRequest",
      names.includes(taken)
        ? l10n.t("{0} has {1} already: remove it in one of the two folders first.", to.path, taken)
        : l10n.t(
            "{0} has one of the unfinished downloads already: remove it in one of the two folders first.",
            to.path,
          ),
    );
  }
  const elsewhere = movedTo(to.path);
  if (elsewhere !== undefined && elsewhere !== from.path && !places.includes(to.path)) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "The models of {0} were moved to {1}: choose another folder, or remove moved.json there.",
        to.path,
        elsewhere,
      ),
    );
  }
  const before = places.filter((place) => place !== from.path);
  const decidedBy = elsewhere === undefined ? "note" : "no note";
  return { version: 1, from: from.path, to: to.path, units, before, decidedBy };
}

/** Neither may lie in the other: a folder cannot move into itself. */
function checkPlaces(from: string, to: string): void {
  const [old, chosen] = [fs.realpathSync.native(from), fs.realpathSync.native(to)];
  if (old === chosen) {
    throw new LocalghostError("invalidRequest", l10n.t("The models are in {0} already: choose another folder.", to));
  }
  const isInside = (inner: string, outer: string): boolean => {
    const relative = path.relative(outer, inner);
    return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..";
  };
  if (isInside(chosen, old) || isInside(old, chosen)) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("Of {0} and {1} one lies in the other: choose a folder that stands apart.", from, to),
    );
  }
}

function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (cause) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "The folder {0} cannot be made or written to ({1}): choose another one.",
        folder,
        (cause as NodeJS.ErrnoException).code ?? "",
      ),
      { cause },
    );
  }
}
