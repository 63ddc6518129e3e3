/**
 * `npm run replay`: types real files into ghost text and counts what it is worth.
 *
 *   --model FOLDER     a model folder; the embedded one by default
 *   --passages N       passages of each file; 2 by default
 *   --seed N           other passages and another rhythm
 *   --fit              first fit the gate's weights, on the files that are not replayed
 *   --json             print JSON rather than Markdown
 *   --write            write docs/ghost-text.md and its plot, and with --fit the weights
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import { GATE_WEIGHTS } from "../../src/extension/completion/gateWeights.ts";
import { LEAST_PROBABILITY, SENSITIVITIES } from "../../src/extension/completion/sensitivity.ts";
import { EngineText } from "./engineText.ts";
import { calibrationOf, fitGate } from "./fitGate.ts";
import { collectSamples } from "./gateSamples.ts";
import { replay } from "./replay.ts";
import { choosePassages, type Passage, readReplayFiles } from "./replayFile.ts";
import { type ReplayResult, type ReplayRow, tables, writePage, writeWeights } from "./report.ts";

const root = path.resolve(import.meta.dirname, "../..");
const EMBEDDED = path.join(root, "models", "localghost-nano");
const WEIGHTS_FILE = path.join(root, "src", "extension", "completion", "gateWeights.ts");
const DEFAULT_SENSITIVITY = "balanced";
const FIT_PASSAGES = 3;
const PLACES_PER_PASSAGE = 25;
/** Of package.json. */
const SETTINGS = { debounceMs: 75, maxTokens: 48, maxLines: 8 };
/**
 * What the embedded model takes on one core of a laptop, about; it decides which requests the next key overtakes.
 * Fixed, so that two runs show the same.
 */
const SPEED = { perPromptToken: 0.35, perToken: 2.5 };

const { values } = parseArgs({
  options: {
    model: { type: "string", default: EMBEDDED },
    passages: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    fit: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const folder = path.resolve(values.model);
const engine = new EngineText({ folder, dtype: "int8", device: "cpu" }, 1);
const files = readReplayFiles();
// Neighbours in the list are of one language, so that both halves have all of them.
const fitted = files.filter((_, index) => index % 2 === 0);
const tested = files.filter((_, index) => index % 2 === 1);

const ungated = { ...SETTINGS, leastProbability: 0 };
const samplesOf = (half: typeof files, offset: number) =>
  collectSamples(engine, choosePassages(half, FIT_PASSAGES, seed + offset), PLACES_PER_PASSAGE, ungated, seed + offset);
const weights = values.fit ? fitGate(await samplesOf(fitted, 100)) : GATE_WEIGHTS;
if (values.fit && values.write) await writeWeights(WEIGHTS_FILE, weights);

const passages = choosePassages(tested, Number(values.passages), seed);
const byGate: ReplayRow[] = [await measure("off", passages, 0)];
for (const sensitivity of SENSITIVITIES.toReversed()) {
  const name = sensitivity === DEFAULT_SENSITIVITY ? `${sensitivity} (default)` : sensitivity;
  byGate.push(await measure(name, passages, LEAST_PROBABILITY[sensitivity]));
}
const byLanguage: ReplayRow[] = [];
for (const language of new Set(tested.map((file) => file.language))) {
  const own = passages.filter(({ file }) => file.language === language);
  byLanguage.push(await measure(language, own, LEAST_PROBABILITY[DEFAULT_SENSITIVITY]));
}
const result: ReplayResult = {
  date: new Date().toISOString(),
  command: `npm run replay -- ${process.argv.slice(2).join(" ")}`,
  model: path.basename(folder),
  files: tested.length,
  passages: passages.length,
  byGate,
  byLanguage,
  calibration: calibrationOf(await samplesOf(tested, 200), weights),
};
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${tables(result)}\n`);
if (values.write) await writePage(path.join(root, "docs"), result);
await engine.dispose();

async function measure(name: string, chosen: readonly Passage[], leastProbability: number): Promise<ReplayRow> {
  const before = process.cpuUsage();
  const options = { ...SETTINGS, leastProbability, gateWeights: weights, speed: SPEED, seed };
  const tally = await replay(engine, chosen, options);
  const { user, system } = process.cpuUsage(before);
  process.stderr.write(`${name}: ${tally.keystrokes} keys\n`);
  return { name, tally, cpuMs: (user + system) / 1000 };
}
