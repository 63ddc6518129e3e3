/**
 * `moved.json` in a models folder whose models were moved: where they are now. Whatever named the old place, a setting, a
 * variable or nothing at all, finds them there.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { writeWhole } from "./writeWhole.ts";

export const NOTE = "moved.json";

/** More than anyone moves, and an end to notes that lead round in a circle. */
const MOST_MOVES = 32;

/** The folder that holds the models of `folder` now: itself, or where a note in it leads. */
export function followMoves(folder: string): string {
  return placesFrom(folder).at(-1) ?? folder;
}

/** `folder`, and each place that a note leads on to. */
export function placesFrom(folder: string): string[] {
  const places = [folder];
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const next = movedTo(places.at(-1) ?? folder);
    if (next === undefined || places.includes(next)) break;
    places.push(next);
  }
  return places;
}

/** Where the models of a folder were moved to; undefined where they were not. */
export function movedTo(folder: string): string | undefined {
  try {
    const { version, folder: target } = JSON.parse(fs.readFileSync(path.join(folder, NOTE), "utf8")) as Record<
      string,
      unknown
    >;
    return version === 1 && typeof target === "string" && path.isAbsolute(target) ? target : undefined;
  } catch {
    return undefined;
  }
}

/** Notes that the models of a folder are in `target` now. */
export function noteMove(folder: string, target: string): void {
  writeWhole(path.join(folder, NOTE), `${JSON.stringify({ version: 1, folder: target })}\n`);
}

/** Forgets that the models of a folder were moved: they are back. */
export function forgetMove(folder: string): void {
  fs.rmSync(path.join(folder, NOTE), { force: true });
}
