/** Kills engines under somebody who types in a real VS Code. */
import { setTimeout as wait } from "node:timers/promises";
import { poll } from "../../scripts/lib/poll.mjs";
import { descendants } from "../../bench/processes.ts";
import { extensionHost } from "../helpers/extensionHost.ts";
import { typeFile, type Work } from "../../bench/soak/person.ts";
import type { Window } from "../../bench/soak/window.ts";
import type { Random } from "../../src/engine/sampling/random.ts";

/** The supervisor gives up at the fifth crash in a row. */
const KILLS_A_FILE = 5;
const TYPING_MS = 16_000;
/** Between two kills: shorter and longer than an engine takes to start. */
const MOST_BETWEEN_MS = 5_000;
const LIMIT_MS = 60_000;
/** The status bar tells of a kill a moment later. */
const CALM_LOOKS = 3;
const LOOK_MS = 1_000;

export interface WindowKills {
  kills: number;
  /** How often the supervisor gave up, VS Code said so, and "Restart Engine" brought the engine back. */
  gaveUp: number;
}

/** Types files, each while engines are killed; each must be saved as it was typed, and each time the engine must be back. */
export async function killWhileTyping(work: Work, { server }: Window, kills: number): Promise<WindowKills> {
  const { workbench, files, random } = work;
  const done: WindowKills = { kills: 0, gaveUp: 0 };
  for (let i = 0; done.kills < kills; i++) {
    const file = files[i % files.length];
    if (!file) throw new Error("There is nothing to type.");
    const typing = new AbortController();
    const killing = killEngines(server.pid, Math.min(KILLS_A_FILE, kills - done.kills), random, typing.signal);
    await typeFile(work, file, { takes: false, forMs: TYPING_MS });
    typing.abort();
    done.kills += await killing;
    if (await restartUntilReady(work)) done.gaveUp++;
    await workbench.runCommand("View: Close Editor");
    process.stderr.write(`${done.kills} kills in the window\n`);
  }
  return done;
}

/** Kills the extension host, as a crash does. @returns milliseconds until no engine was left */
export async function killExtensionHost({ server }: Window): Promise<number> {
  const host = await extensionHost(server.pid);
  const engine = enginesBelow(host)[0];
  if (engine === undefined) throw new Error("The extension host has no engine.");
  process.kill(host, "SIGKILL");
  const start = performance.now();
  await poll(
    () => isThere(engine),
    (there) => !there,
    `the end of engine ${engine}`,
    LIMIT_MS,
  );
  return performance.now() - start;
}

/** Waits until an engine is ready, and stays so. @returns whether the supervisor had given up and the user restarted it */
async function restartUntilReady({ workbench }: Work): Promise<boolean> {
  let gaveUp = false;
  for (let calm = 0; calm < CALM_LOOKS; calm++) {
    const text = await poll(
      () => workbench.statusBarText(/Localghost/),
      (shown) => /failed|\(CPU\)|\(GPU\)/.test(shown ?? ""),
      "an engine that is ready, or has failed",
      LIMIT_MS,
    );
    if (text?.includes("failed")) {
      gaveUp = true;
      calm = 0;
      // Escape, which ends typing, has put the message away.
      await workbench.openNotificationCenter();
      await workbench.waitForNotification(/The engine stopped unexpectedly \(signal SIGKILL\)/, LIMIT_MS);
      await workbench.runCommand("Localghost: Restart Engine");
      await workbench.runCommand("Notifications: Clear All Notifications");
      await workbench.waitForStatusBarText(/Localghost/, /^(?!.*failed)/, LIMIT_MS);
    }
    await wait(LOOK_MS);
  }
  return gaveUp;
}

async function killEngines(server: number, most: number, random: Random, signal: AbortSignal): Promise<number> {
  let kills = 0;
  while (kills < most && !signal.aborted) {
    await wait(MOST_BETWEEN_MS * random());
    const [engine] = enginesBelow(server);
    if (engine === undefined) continue;
    process.kill(engine, "SIGKILL");
    kills++;
  }
  return kills;
}

function enginesBelow(pid: number): number[] {
  return descendants(pid).flatMap(({ pid: found, command }) => (command.includes("engine.cjs") ? [found] : []));
}

function isThere(pid: number): boolean {
  return descendants(1).some((one) => one.pid === pid);
}
