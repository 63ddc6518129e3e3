/**
 * `npm run bench:input -- [--blocks N] [--keys N] [--megabytes N] [--json]`: how long a key takes in a real VS Code until the
 * editor shows it, with ghost text on and off. Blocks of both take turns in one window, so that both meet the same load.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { poll } from "../../scripts/lib/poll.mjs";
import { repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { estimate } from "../../src/eval/bootstrap.ts";
import { othersShare, processorTimes } from "../quietMachine.ts";
import { readReplayFiles } from "../replay/replayFile.ts";
import { intervalAfter } from "../replay/typist.ts";
import { quantile } from "../statistics.ts";
import { type KeyLatency, takeLatencies, watchKeys } from "./keyLatency.ts";

const EDITOR = ".editor-group-container.active .editor-instance .monaco-editor";
const FILE = "typed.ts";
/** People who type fast: half of the recorded intervals. */
const HASTE = 0.5;
const CONDITIONS = ["off", "on"] as const;
type Condition = (typeof CONDITIONS)[number];

const { values } = parseArgs({
  options: {
    blocks: { type: "string", default: "10" },
    keys: { type: "string", default: "60" },
    megabytes: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const [blocks, keys] = [Number(values.blocks), Number(values.keys)];
const random = seededRandom(1);
const source =
  readReplayFiles().find(({ language, text }) => language === "typescript" && text.length > 6_000)?.text ?? "";
/** No bracket or quote: the editor closes those, and no new line: it indents. */
const typed = source.replaceAll(/[^\w .,=;:]+/g, " ");

const workspace = await copySampleWorkspace();
const piece = `${source}\n`;
const copies = Math.max(1, Math.ceil((Number(values.megabytes) * 1_000_000) / piece.length));
fs.writeFileSync(path.join(workspace.path, FILE), `${piece.repeat(copies)}\n`);
// A cursor that blinks would count as one that moves.
const settings = { "files.autoSave": "off", "editor.cursorBlinking": "solid" };
const server = await startVscodeServer({ linkedExtensions: [repository], smokeTestDriver: false, settings });
const workbench = await openWorkbench({ server, folder: workspace.path });
try {
  const before = processorTimes();
  const latencies = await measure(workbench);
  report(latencies, othersShare(before, 0));
} finally {
  await workbench.close();
  await server.stop();
  await workspace.remove();
}

async function measure(workbench: Workbench): Promise<Record<Condition, KeyLatency[]>> {
  const measured: Record<Condition, KeyLatency[]> = { off: [], on: [] };
  await workbench.waitForStatusBarText(/Localghost/);
  await workbench.openFile(FILE);
  await workbench.press("Control+End");
  await workbench.page.evaluate(watchKeys, EDITOR);
  // The first block of each warms up what will be used: the engine, the language's server, VS Code's own code.
  for (let block = 0; block <= blocks; block++) {
    const order = block % 2 === 0 ? CONDITIONS : CONDITIONS.toReversed();
    for (const condition of order) {
      await turn(workbench, condition);
      await typeBlock(workbench, block * keys);
      const latencies = await workbench.page.evaluate(takeLatencies);
      if (block > 0) measured[condition].push(...latencies);
      process.stderr.write(`block ${block} ${condition}: ${latencies.length} keys\n`);
    }
  }
  return measured;
}

async function turn(workbench: Workbench, condition: Condition): Promise<void> {
  const isOff = (await workbench.waitForStatusBarText(/Localghost/)).includes("off");
  if (isOff !== (condition === "off")) await workbench.runCommand("Localghost: Turn Ghost Text On or Off");
  await workbench.waitForStatusBarText(/Localghost/, condition === "on" ? /^(?!.*off)/ : /off/);
}

async function typeBlock(workbench: Workbench, from: number): Promise<void> {
  await workbench.press("Escape");
  await workbench.press("Control+End");
  await workbench.page.evaluate(takeLatencies);
  for (const character of typed.slice(from, from + keys)) {
    await workbench.page.keyboard.type(character);
    await workbench.page.waitForTimeout(intervalAfter(character, random) * HASTE);
  }
  await poll(
    () => workbench.page.evaluate("keyLatencies.length"),
    (count) => Number(count) > keys / 2,
    "keys that were measured",
  );
  await workbench.press("Escape");
  await workbench.runCommand("File: Revert File");
}

function report(measured: Record<Condition, KeyLatency[]>, load: number): void {
  const figures = (["dom", "paint"] as const).map((until) => {
    const [off, on] = CONDITIONS.map((condition) => measured[condition].map((latency) => latency[until]));
    if (!off || !on) throw new Error("Nothing was measured.");
    const pairs = Array.from({ length: Math.min(off.length, on.length) }, (_, i) => ({
      off: off[i] ?? 0,
      on: on[i] ?? 0,
    }));
    const difference = estimate(
      pairs,
      (drawn) => p95(drawn.map((pair) => pair.on)) - p95(drawn.map((pair) => pair.off)),
      random,
    );
    return {
      until,
      keys: [off.length, on.length],
      median: [quantile(off, 0.5), quantile(on, 0.5)],
      p95: [p95(off), p95(on)],
      difference,
    };
  });
  if (values.json) process.stdout.write(`${JSON.stringify({ figures, load }, null, 2)}\n`);
  else {
    const ms = (value: number | undefined) => (value ?? NaN).toFixed(1);
    const lines = figures.map(
      ({ until, keys: [off, on], median, p95: [offP95, onP95], difference }) =>
        `| ${until} | ${off ?? 0} / ${on ?? 0} | ${ms(median[0])} / ${ms(median[1])} | ${ms(offP95)} / ${ms(onP95)} | ${ms(difference.value)} (${ms(difference.low)} to ${ms(difference.high)}) |`,
    );
    const head = [
      "| until | keys, off / on | median, off / on, ms | 95th percentile, off / on, ms | difference at the 95th (95% interval), ms |",
      "| --- | --- | --- | --- | --- |",
    ];
    process.stdout.write(
      `${[...head, ...lines].join("\n")}\nThe machine was ${(100 * load).toFixed(0)} % busy meanwhile, VS Code and the browser included.\n`,
    );
  }
}

function p95(latencies: readonly number[]): number {
  return quantile(latencies, 0.95);
}
