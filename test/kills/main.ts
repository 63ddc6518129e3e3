/**
 * `npm run kills -- [--kills N] [--window N] [--hosts N] [--seed N] [--vsix FILE]`: kills engines at random moments around the
 * extension's own client, then under somebody who types in a real VS Code, then the hosts of engines. Linux only; fails when an
 * edit is lost, a call hangs, an engine does not come back, or one is left behind.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { emptyTally } from "../../bench/soak/person.ts";
import { openWindow } from "../../bench/soak/window.ts";
import { readReplayFiles } from "../../bench/replay/replayFile.ts";
import { spread } from "../../bench/statistics.ts";
import { createCleanup } from "../../scripts/lib/cleanup.mjs";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { engineFile } from "./engineFile.ts";
import { EngineHost } from "./engineHost.ts";
import { killOnce, MOMENTS, type Kill } from "./kills.ts";
import { HostProcess } from "./hostProcess.ts";
import { killExtensionHost, killWhileTyping } from "./windowKills.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    window: { type: "string", default: "200" },
    hosts: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    vsix: { type: "string" },
  },
});
const random = seededRandom(Number(values.seed));
const cleanup = createCleanup();
const work = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "localghost-kills-"));
cleanup.add(() => fs.rmSync(work, { recursive: true, force: true }));
try {
  await killAroundClient(Number(values.kills));
  await killHosts(Number(values.hosts));
  await killInWindow(Number(values.window));
} finally {
  await cleanup.run();
}

async function killAroundClient(count: number): Promise<void> {
  if (count === 0) return;
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  const host = new EngineHost(engineFile(), { folder: nanoFolder, device: "cpu" }, path.join(work, "client"), log);
  cleanup.add(() => host.supervisor.stop());
  const kills: Kill[] = [];
  for (let i = 0; i < count; i++) {
    const moment = MOMENTS[Math.floor(random() * MOMENTS.length)] ?? "idle";
    kills.push(await killOnce(host, moment, random, "byItself"));
    if (kills.length % 20 === 0) process.stderr.write(`${kills.length} kills\n`);
  }
  await host.supervisor.stop();
  const rows = MOMENTS.map((moment) => {
    const some = kills.filter((kill) => kill.moment === moment);
    const sum = (of: (kill: Kill) => number) => some.reduce((total, kill) => total + of(kill), 0);
    const gaveUp = some.filter((kill) => kill.gaveUp).length;
    const back = some.filter((kill) => !kill.gaveUp).map(({ backAfterMs }) => backAfterMs / 1000);
    const { median, max } = spread(back);
    return `| ${moment} | ${some.length} | ${sum(({ failed }) => failed)} / ${sum(({ answered }) => answered)} | ${gaveUp} | ${median.toFixed(1)} (at most ${max.toFixed(1)}) |`;
  });
  print([
    "| killed while | kills | calls failed / answered | gave up | back after, s |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ]);
}

async function killHosts(count: number): Promise<void> {
  if (count === 0) return;
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const doing = i % 2 === 0 ? "writing" : "idle";
    const cacheFolder = path.join(work, "hosts");
    const host = new HostProcess(doing, { engineFile: engineFile(), folder: nanoFolder, cacheFolder });
    times.push(await host.kill(await host.engineAtWork()));
  }
  const { median, max } = spread(times);
  print([`${count} hosts killed: their engines ended after ${median.toFixed(0)} ms, at most ${max.toFixed(0)} ms.`]);
}

async function killInWindow(count: number): Promise<void> {
  if (count === 0) return;
  const tally = emptyTally();
  const files = readReplayFiles();
  const window = await openWindow(work, files, values.vsix, cleanup);
  const { workbench, folder } = window;
  const { kills, gaveUp } = await killWhileTyping(
    { workbench, folder, files, random, tally, endsAt: Infinity },
    window,
    count,
  );
  const hostMs = await killExtensionHost(window);
  print([
    `${kills} kills in a window while ${tally.keys} keys were typed: ${tally.exactFiles} files, each saved as it was typed. ` +
      `${gaveUp} times the engine stayed down after several crashes in a row: VS Code said so, and Restart Engine brought it back.`,
    `The extension host killed: its engine ended after ${hostMs.toFixed(0)} ms.`,
  ]);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n\n`);
}
