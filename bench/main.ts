/**
 * `npm run bench`: speed, memory and manners of the engine, and with `--peers` against others on the same weights.
 *
 *   --peers            also measure transformers.js and llama.cpp (installed into bench/peers when missing)
 *   --only PARTS       some of: comparison, sizes, manners
 *   --models NAMES     for `sizes`: localghost-nano,gpt2 by default; all for the four sizes of GPT-2 too
 *   --threads N        threads of every engine; all cores by default
 *   --rounds N         rounds of the comparison
 *   --patience N       seconds to wait for a quiet machine before each turn; 2 by default
 *   --json             print JSON rather than Markdown
 *   --from FILE        take an earlier run's JSON instead of measuring; parts measured now replace its parts
 *   --write            write docs/benchmarks.md and its plots
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { measureComparison } from "./comparison.ts";
import { measureManners } from "./manners/manners.ts";
import { readOptions } from "./options.ts";
import { installPeers, peerVersions } from "./peers/installPeers.ts";
import { writeDocument } from "./report/document.ts";
import { tables } from "./report/tables.ts";
import type { BenchResult } from "./report/result.ts";
import { measureSizes } from "./sizes.ts";

const options = readOptions(process.argv.slice(2));
const root = path.resolve(import.meta.dirname, "..");
const workFolder = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-bench-"));
const earlier =
  options.from === undefined ? undefined : (JSON.parse(fs.readFileSync(options.from, "utf8")) as BenchResult);
const result: BenchResult = { ...earlier, ...describeRun() };
try {
  if (options.peers) installPeers();
  if (options.peers) result.versions = { ...result.versions, ...peerVersions() };
  if (options.parts.includes("comparison")) result.comparison = await measureComparison(workFolder, options);
  if (options.parts.includes("sizes")) result.sizes = await measureSizes(workFolder, options);
  if (options.parts.includes("manners")) result.manners = await measureManners(workFolder, options);
} finally {
  fs.rmSync(workFolder, { recursive: true, force: true });
}
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : tables(result));
if (options.write) writeDocument(path.join(root, "docs"), result);

function describeRun(): Pick<BenchResult, "date" | "machine" | "versions" | "threads"> {
  if (options.parts.length === 0 && earlier) return earlier;
  const manifest = (file: string): { version: string } =>
    JSON.parse(fs.readFileSync(path.join(root, file), "utf8")) as { version: string };
  return {
    date: new Date().toISOString(),
    machine: {
      processor: os.cpus()[0]?.model.trim() ?? "an unknown processor",
      cores: os.availableParallelism(),
      memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
      platform: `${process.platform}-${process.arch}`,
      loadBefore: os.loadavg()[0] ?? 0,
    },
    versions: {
      ...earlier?.versions,
      Localghost: manifest("package.json").version,
      "onnxruntime-node": manifest("node_modules/onnxruntime-node/package.json").version,
      Node: process.versions.node,
    },
    threads: options.threads,
  };
}
