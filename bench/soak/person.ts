/** Somebody at work in a VS Code window: opens files, types them on, takes an offer now and then, asks for a summary, saves, closes. */
import * as fs from "node:fs";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Workbench } from "../../scripts/lib/workbench.mjs";
import type { Random } from "../../src/engine/sampling/random.ts";
import type { ReplayFile } from "../replay/replayFile.ts";
import { intervalAfter } from "../replay/typist.ts";

/** Somebody who types fast: about six keys a second within words. */
const HASTE = 0.7;
/** How long one file is typed. */
const FILE_MS = 100_000;
const TASK_MS = 4 * 60_000;
const TASK_LIMIT_MS = 60_000;
/** Whoever looks at an offer has stopped for so long. */
const LOOK_MS = 900;
/** How much of a file is there before the rest is typed. */
const GIVEN = 1 / 3;
/** Of an error: the lines after the first say what was waited for. */
const MISHAP_LINES = 3;

/** What the person did, and what came of it. */
export interface Tally {
  keys: number;
  files: number;
  offers: number;
  taken: number;
  tasks: number;
  /** Files that were typed without taking an offer, and whose saved text is what was typed. */
  exactFiles: number;
  /** What did not go as it should, in words. */
  mishaps: string[];
}

export const emptyTally = (): Tally => ({
  ...{ keys: 0, files: 0, offers: 0, taken: 0, tasks: 0, exactFiles: 0 },
  mishaps: [],
});

export interface Work {
  workbench: Workbench;
  folder: string;
  files: readonly ReplayFile[];
  random: Random;
  tally: Tally;
  /** Compared with `performance.now()`. */
  endsAt: number;
}

/** Works until the time is up. What goes wrong is noted, and the work goes on with the next file. */
export async function workOn(work: Work): Promise<void> {
  const { files, tally, endsAt, workbench, random } = work;
  let nextTask = performance.now();
  for (let i = 0; performance.now() < endsAt; i++) {
    const file = files[i % files.length];
    if (!file) throw new Error("There is nothing to type.");
    // Half of the files are typed without taking offers, so that their text is known.
    const takes = random() < 0.5;
    try {
      await typeFile(work, file, { takes, forMs: FILE_MS });
      if (performance.now() >= nextTask && performance.now() < endsAt) {
        nextTask = performance.now() + TASK_MS;
        await summarize(workbench);
        tally.tasks++;
      }
      await workbench.runCommand("View: Close Editor");
    } catch (error) {
      const lines = String(error).split("\n").slice(0, MISHAP_LINES);
      tally.mishaps.push(stripVTControlCharacters(lines.map((line) => line.trim()).join(" ")));
      await workbench.press("Escape");
      await workbench.press("Escape");
    }
  }
}

export interface TypingOptions {
  /** Whether offers are taken; without, the saved text must be what was typed. */
  takes: boolean;
  forMs: number;
}

/** A file of each language after the other, so that whatever VS Code starts for one of them runs early on. */
export function inTurns(files: readonly ReplayFile[]): ReplayFile[] {
  const languages = Object.values(Object.groupBy(files, ({ language }) => language)).map((some) => some ?? []);
  const most = Math.max(...languages.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => languages.flatMap((some) => some.slice(i, i + 1))).flat();
}

/** The file of a text, and the part of it that is there before the rest is typed. */
export function begunFile({ source, path: original, text }: ReplayFile): { name: string; given: string; rest: string } {
  // A tab key would take what is offered.
  const plain = text.replaceAll("\t", "  ").replaceAll("\r", "");
  const end = plain.lastIndexOf("\n", plain.length * GIVEN) + 1;
  const name = `${source}-${original.replaceAll("/", "-")}`;
  return { name, given: plain.slice(0, end), rest: plain.slice(end) };
}

/** Writes the beginnings of files, before VS Code lists the files of the folder. */
export function beginFiles(folder: string, files: readonly ReplayFile[]): void {
  for (const { name, given } of files.map(begunFile)) fs.writeFileSync(path.join(folder, name), given);
}

/**
 * Opens a file with the beginning of a text, types the text on and saves it.
 * @throws Error when what was saved is not what was typed
 */
export async function typeFile(work: Work, file: ReplayFile, { takes, forMs }: TypingOptions): Promise<void> {
  const { workbench, folder, tally, random } = work;
  const { name, given, rest } = begunFile(file);
  const place = path.join(folder, name);
  // It has been typed before where the files were too few.
  fs.writeFileSync(place, given);
  await workbench.openFile(name);
  await workbench.press("Control+End");
  const until = Math.min(work.endsAt, performance.now() + forMs);
  let typed = "";
  for (const character of rest) {
    if (performance.now() >= until) break;
    await workbench.page.keyboard.type(character);
    typed += character;
    tally.keys++;
    const interval = intervalAfter(character, random) * HASTE;
    if (random() < 0.03) await lookAtOffer(work, takes);
    else await workbench.page.waitForTimeout(interval);
  }
  await workbench.press("Escape");
  await workbench.press("ControlOrMeta+S");
  await workbench.page.locator(".tab.active.dirty").first().waitFor({ state: "detached" });
  tally.files++;
  if (takes) return;
  const saved = fs.readFileSync(place, "utf8");
  if (saved !== given + typed) throw new Error(`${name} is not what was typed: ${difference(saved, given + typed)}`);
  tally.exactFiles++;
}

async function lookAtOffer({ workbench, tally }: Work, takes: boolean): Promise<void> {
  await workbench.page.waitForTimeout(LOOK_MS);
  if ((await workbench.ghostText()) === undefined) return;
  tally.offers++;
  if (!takes) return;
  await workbench.press("Tab");
  tally.taken++;
}

export async function summarize(workbench: Workbench): Promise<void> {
  await workbench.press("Control+Home");
  await workbench.runCommand("Localghost: Summarize Selection");
  const result = workbench.page.locator(".review-widget", { hasText: "Generated text may be wrong" }).first();
  await result.waitFor({ timeout: TASK_LIMIT_MS });
  await workbench.runCommand("Localghost: Clear Results");
  await result.waitFor({ state: "detached" });
}

function difference(saved: string, expected: string): string {
  let at = 0;
  while (saved[at] === expected[at] && at < saved.length) at++;
  return `at ${at}, ${JSON.stringify(saved.slice(at - 20, at + 20))} and not ${JSON.stringify(expected.slice(at - 20, at + 20))}`;
}
