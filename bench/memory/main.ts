/**
 * `npm run bench:memory`: what the memory of a workspace is worth, and what it takes.
 *
 *   --model FOLDER     a model folder; the embedded one by default
 *   --only PARTS       of bits,ghostText,cost,burst; all by default
 *   --code FOLDER      real code for cost and burst: a million lines of it; node_modules by default
 *   --fit              first fit the weights of the mixture (bits) and of the gate (ghostText), on other files
 *   --write            write docs/memory.md and its plot, and with --fit the weights
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import { MEMORY_WEIGHTS } from "../../src/engine/memory/memoryWeights.ts";
import { defaultCacheFolder } from "../../src/engine/defaultCacheFolder.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { loadModel } from "../../src/engine/model/loadModel.ts";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import type { Features } from "../../src/extension/completion/gate.ts";
import { MEMORY_GATE_WEIGHTS } from "../../src/extension/completion/memoryGateWeights.ts";
import { writeWeights as writeGate } from "../replay/report.ts";
import { readPackage } from "./archive.ts";
import { bitsOf, type Measured } from "./bits.ts";
import { measureBurst } from "./burst.ts";
import { measureCost } from "./cost.ts";
import { fitMixture } from "./fit.ts";
import { fitMemoryGate, measureGhostText } from "./ghostText.ts";
import { split } from "./heldOut.ts";
import { FITTED, type Package, TESTED } from "./packages.ts";
import { type BitsResult, type MemoryResult, sections, writePage, writeWeights } from "./report.ts";
import { memoryOf, sampleFile, withoutModel } from "./samples.ts";

const root = path.resolve(import.meta.dirname, "../..");
const COST_STEPS = [10_000, 100_000, 1_000_000];
const SEED = 1;

const { values } = parseArgs({
  options: {
    model: { type: "string", default: path.join(root, "models", "localghost-nano") },
    only: { type: "string", default: "bits,ghostText,cost,burst" },
    code: { type: "string", default: path.join(root, "node_modules") },
    fit: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const folder = path.resolve(values.model);
const parts = new Set(values.only.split(","));
const tokenizer = loadTokenizer(folder);

const result: MemoryResult = {
  date: new Date().toISOString(),
  command: `npm run bench:memory -- ${process.argv.slice(2).join(" ")}`,
  model: path.basename(folder),
  bits: parts.has("bits") ? await measureBits() : undefined,
  ghostText: parts.has("ghostText") ? await measureGhostText(folder, await memoryGate()) : undefined,
  cost: parts.has("cost") ? measureCost(values.code, tokenizer, COST_STEPS) : undefined,
  burst: parts.has("burst") ? await measureBurst(values.code, { folder, device: "cpu" }) : undefined,
};
for (const section of sections(result)) process.stdout.write(`${section.text}\n\n`);
if (values.write) await writePage(path.join(root, "docs"), result);

async function memoryGate(): Promise<Features> {
  if (!values.fit) return MEMORY_GATE_WEIGHTS;
  const weights = await fitMemoryGate(folder);
  if (values.write) await writeGate(path.join(root, "src/extension/completion/memoryGateWeights.ts"), weights);
  return weights;
}

async function measureBits(): Promise<BitsResult> {
  const { model } = await loadModel(folder, "int8", "cpu", { threads: 1, cacheFolder: defaultCacheFolder() });
  const fitted = (await sampleAll(model, FITTED)).flatMap(({ inEditor }) => inEditor.samples);
  const mixture = values.fit ? fitMixture(fitted, SEED) : MEMORY_WEIGHTS;
  if (values.fit && values.write) await writeWeights(path.join(root, "src/engine/memory/memoryWeights.ts"), mixture);
  const { vocabularySize } = tokenizer;
  const weights = { mixture, memoryAlone: fitMixture(withoutModel(fitted, vocabularySize), SEED), vocabularySize };
  const tested = await sampleAll(model, TESTED);
  await model.dispose();
  const grouped = (key: (one: Measured) => string) =>
    [...Map.groupBy(tested, key)].map(([name, group]) => bitsOf(name, group, weights));
  return {
    all: bitsOf("all", tested, weights),
    byLanguage: grouped(({ others }) => others.file.language),
    byPackage: grouped(({ packageName }) => packageName),
  };
}

async function sampleAll(model: LanguageModel, packages: readonly Package[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const wanted of packages) {
    const { heldOut, rest, copies } = split(readPackage(wanted));
    const memory = memoryOf(rest, tokenizer);
    for (const file of heldOut) {
      const others = await sampleFile(model, tokenizer, memory, file, false);
      const inEditor = await sampleFile(model, tokenizer, memory, file, true);
      measured.push({ packageName: wanted.name, others, inEditor });
    }
    process.stderr.write(
      `${wanted.name}: ${heldOut.length} held out, ${rest.length} known, ${copies} copies left out\n`,
    );
  }
  return measured;
}
