/**
 * `npm run replay`: types real files into ghost text and counts what it is worth.
 *
 *   --model FOLDER     a model folder; the embedded one by default
 *   --passages N       passages of each file; 2 by default
 *   --seed N           other passages and another rhythm
 *   --memory           the memory has the rest of each passage's package
 *   --fit              first fit the gate's weights, on the files that are not replayed
 *   --rules            also leave out each rule in turn, which takes several times as long
 *   --json             print JSON rather than Markdown
 *   --write            write docs/ghost-text.md and its plot, and with --fit the weights
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { GateWeights } from "../../src/extension/completion/gate.ts";
import {
  LEAST_PROBABILITY,
  LEAST_WITH_MEMORY,
  SENSITIVITIES,
  type Sensitivity,
} from "../../src/extension/completion/sensitivity.ts";
import { type Rule, RULES } from "../../src/extension/completion/rules.ts";
import { EngineText } from "./engineText.ts";
import { calibrationOf } from "./fitGate.ts";
import { fitGateOn, samplesOf, SETTINGS, SPEED, splitReplayFiles } from "./gateFit.ts";
import { rememberPackage } from "./packageMemory.ts";
import { replay } from "./replay.ts";
import { choosePassages, type Passage } from "./replayFile.ts";
import { type ReplayResult, type ReplayRow, tables, writePage, writeWeights } from "./report.ts";

const root = path.resolve(import.meta.dirname, "../..");
const EMBEDDED = path.join(root, "models", "localghost-nano");
const WEIGHTS_FILE = path.join(root, "src", "extension", "completion", "gateWeights.ts");
const DEFAULT_SENSITIVITY = "balanced";
/** The calibration is measured on other passages than those typed and those fitted. */
const CALIBRATION_SEED = 200;

const { values } = parseArgs({
  options: {
    model: { type: "string", default: EMBEDDED },
    passages: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    memory: { type: "boolean", default: false },
    fit: { type: "boolean", default: false },
    rules: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const folder = path.resolve(values.model);
const engine = new EngineText({ folder, dtype: "int8", device: "cpu" }, 1);
const onBegin = values.memory ? (passage: Passage) => rememberPackage(engine, passage) : undefined;
const { tested } = splitReplayFiles();

const fitted = values.fit ? await fitGateOn(engine, seed, onBegin) : undefined;
const weights: GateWeights = values.memory ? { withMemory: fitted } : { own: fitted };
// The gate with the memory is written by `npm run bench:memory`.
if (fitted && values.write && !values.memory) await writeWeights(WEIGHTS_FILE, fitted);

const passages = choosePassages(tested, Number(values.passages), seed);
// The first row computes everything, and what it costs is true; the others find most of it recorded.
const before = process.cpuUsage();
const byDefault = await measure(`${DEFAULT_SENSITIVITY} (default)`, passages, DEFAULT_SENSITIVITY);
const { user, system } = process.cpuUsage(before);
const byGate: ReplayRow[] = [{ name: "off", tally: (await measure("off", passages, "off")).tally }];
for (const sensitivity of SENSITIVITIES.toReversed()) {
  if (sensitivity !== DEFAULT_SENSITIVITY) byGate.push(await measure(sensitivity, passages, sensitivity));
  else byGate.push({ ...byDefault, cpuMs: (user + system) / 1000 });
}
const byRule: ReplayRow[] = [];
for (const rule of values.rules ? RULES : []) {
  byRule.push(await measure(`without ${rule}`, passages, DEFAULT_SENSITIVITY, [rule]));
}
const byLanguage: ReplayRow[] = [];
for (const language of new Set(tested.map((file) => file.language))) {
  const own = passages.filter(({ file }) => file.language === language);
  byLanguage.push(await measure(language, own, DEFAULT_SENSITIVITY));
}
const result: ReplayResult = {
  date: new Date().toISOString(),
  command: `npm run replay -- ${process.argv.slice(2).join(" ")}`,
  model: path.basename(folder),
  files: tested.length,
  passages: passages.length,
  byGate,
  byRule: byRule.length > 0 ? [byDefault, ...byRule] : [],
  byLanguage,
  calibration: calibrationOf(await samplesOf(engine, tested, seed + CALIBRATION_SEED, onBegin), weights),
};
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${tables(result)}\n`);
if (values.write) await writePage(path.join(root, "docs"), result);
await engine.dispose();

async function measure(
  name: string,
  chosen: readonly Passage[],
  gate: Sensitivity | "off",
  without: readonly Rule[] = [],
): Promise<ReplayRow> {
  const bar =
    gate === "off"
      ? { leastProbability: 0 }
      : { leastProbability: LEAST_PROBABILITY[gate], leastWithMemory: LEAST_WITH_MEMORY[gate] };
  const options = { ...SETTINGS, ...bar, gateWeights: weights, speed: SPEED, seed, without, onBegin };
  const tally = await replay(engine, chosen, options);
  process.stderr.write(`${name}: ${tally.keystrokes} keys, ${tally.shown} shown, ${tally.saved} characters saved\n`);
  return { name, tally };
}
