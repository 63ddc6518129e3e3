/**
 * `npm run soak -- [--minutes N] [--vsix FILE] [--out FILE] [--from FILE] [--write]`: somebody types in a real VS Code, with the
 * packaged extension, for an hour, and what the extension holds is watched: memory, handles, threads, files. Linux only.
 * `--from` reports what an earlier run has left in `--out`; `--write` draws the picture of docs/trouble.md.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { createCleanup } from "../../scripts/lib/cleanup.mjs";
import { repository } from "../../scripts/lib/paths.mjs";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { log } from "../log.ts";
import { readReplayFiles } from "../replay/replayFile.ts";
import { emptyTally, inTurns, workOn } from "./person.ts";
import { plotSoak } from "./plot.ts";
import { isSound, soakTables, type SoakResult } from "./report.ts";
import { takeSample, type Sample } from "./samples.ts";
import { openWindow } from "./window.ts";

const SAMPLE_MS = 10_000;
const SAMPLES_TOLD = 30;
const PICTURE = path.join(repository, "docs", "images", "soak.svg");

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    vsix: { type: "string" },
    out: { type: "string", default: path.join(repository, "test-results", "soak.json") },
    from: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const { from, minutes, out, vsix, write } = values;
const result =
  from === undefined ? await soak(Number(minutes)) : (JSON.parse(fs.readFileSync(from, "utf8")) as SoakResult);
process.stdout.write(`${soakTables(result)}\n`);
if (write) fs.writeFileSync(PICTURE, plotSoak(result.samples));
process.exitCode = isSound(result) ? 0 : 1;

async function soak(minutes: number): Promise<SoakResult> {
  const files = inTurns(readReplayFiles());
  const cleanup = createCleanup();
  const work = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "localghost-soak-"));
  cleanup.add(() => fs.rmSync(work, { recursive: true, force: true }));
  try {
    const { workbench, server, folder, temporary } = await openWindow(work, files, vsix, cleanup);
    const watched = { serverPid: server.pid, temporary, storage: [server.userDataDir, server.serverDataDir] };
    const tally = emptyTally();
    const samples: Sample[] = [];
    const began = performance.now();
    const watch = () => {
      samples.push(takeSample(watched, (performance.now() - began) / 60_000));
      // Written each time, so that a run that is broken off has told what it saw.
      fs.mkdirSync(path.dirname(out), { recursive: true });
      fs.writeFileSync(out, JSON.stringify({ minutes, tally, samples }));
      if (samples.length % SAMPLES_TOLD === 0) log(JSON.stringify({ ...tally, ...samples.at(-1) }));
    };
    const timer = setInterval(watch, SAMPLE_MS);
    const endsAt = began + minutes * 60_000;
    await workOn({ workbench, folder, files, random: seededRandom(1), tally, endsAt });
    clearInterval(timer);
    watch();
    return { minutes, tally, samples };
  } finally {
    await cleanup.run();
  }
}
