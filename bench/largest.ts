/**
 * `npm run bench:xl`: the paper's largest model, gpt2-xl with random weights, from a checkpoint to an answer on this machine:
 * how long each step takes, and how much memory its process has at most. Needs 15 GB of disk, which it gives back.
 *
 *   --model NAME       another of the four sizes (gpt2-xl)
 *   --dtype D          what it is packed to (int4)
 *   --tokens N         tokens of the answer (64)
 *   --folder DIR       where to work (the system's temporary folder)
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { formatBytes } from "../src/models/formatBytes.ts";
import { countParameters } from "../src/engine/model/gpt2Config.ts";
import type { GenerateResult } from "../src/shared/protocol.ts";
import { log } from "./log.ts";
import { writeRandomCheckpoint } from "./models/randomCheckpoint.ts";
import { shapeConfig, type ShapeName, shapeNames } from "./models/shapes.ts";
import { othersShare, processorTimes } from "./quietMachine.ts";

const root = path.resolve(import.meta.dirname, "..");
const cli = path.join(root, "src", "cli", "main.ts");

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "gpt2-xl" },
    dtype: { type: "string", default: "int4" },
    tokens: { type: "string", default: "64" },
    folder: { type: "string", default: os.tmpdir() },
  },
});
const model = shapeNames.find((name) => name === values.model);
if (!model) throw new Error(`--model must be one of ${shapeNames.join(", ")}`);

interface Step {
  name: string;
  seconds: number;
  /** The most memory that the step's process had, pages of mapped files included. */
  peakBytes: number;
  /** Share of the machine that others used meanwhile, 0 to 1. */
  others: number;
  output: string;
}

/** Has a child write what it used, when it ends. */
const WRITE_USAGE = `import fs from "node:fs";
process.on("exit", () => fs.writeFileSync(process.env.USAGE_FILE, JSON.stringify(process.resourceUsage())));`;

const work = fs.mkdtempSync(path.join(values.folder, "localghost-xl-"));
try {
  process.stdout.write(await measure(model));
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

async function measure(name: ShapeName): Promise<string> {
  const config = shapeConfig(name);
  const source = path.join(work, "random");
  log(`writing a random checkpoint of ${config.layers} layers`);
  writeRandomCheckpoint(source, config, 1);
  const bytes = fs.statSync(path.join(source, "model.safetensors")).size;
  const added = await step("import", ["add", source, "--name", "random/xl", "--no-pack", "--json"], "models");
  // The source is not needed any more, and is the larger half of the disk.
  fs.rmSync(source, { recursive: true });
  const packed = await step("pack", ["pack", "random/xl", "--dtype", values.dtype, "--json"], "models");
  const { bytes: packedBytes } = JSON.parse(packed.output) as { bytes: number };
  const asked = ["-m", "random/xl", "--dtype", values.dtype, "--device", "cpu", "-p", "The quick brown fox"];
  const answered = await step("answer", [...asked, "-n", values.tokens, "--json"], "complete");
  const { tokens, timings } = JSON.parse(answered.output) as GenerateResult;

  const row = ({ name: label, seconds, peakBytes, others }: Step, what: string): string =>
    `| ${label} | ${what} | ${seconds.toFixed(0)} s | ${formatBytes(peakBytes)} | ${Math.round(100 * others)}% |`;
  const speed = (1000 / timings.decodeMsPerToken).toFixed(1);
  const machine = `${os.cpus()[0]?.model ?? ""}, ${os.availableParallelism()} cores, ${formatBytes(os.totalmem())}`;
  return [
    `${name}, ${(countParameters(config) / 1e6).toFixed(0)}M random weights, on ${machine}, ${os.type()}, Node ${process.versions.node}.`,
    "",
    "| step | what | time | peak memory of its process | others used of the machine |",
    "| --- | --- | --- | --- | --- |",
    row(added, `${formatBytes(bytes)} of float32 copied and hashed`),
    row(packed, `to ${values.dtype}, ${formatBytes(packedBytes)}`),
    row(
      answered,
      `${tokens.length} tokens: loaded in ${(timings.loadMs / 1000).toFixed(1)} s, ${speed} tokens a second`,
    ),
    "",
  ].join("\n");
}

/** Runs the command line once, in a process of its own. */
async function step(name: string, args: readonly string[], command: "models" | "complete"): Promise<Step> {
  log(name);
  const usageFile = path.join(work, "usage.json");
  const start = performance.now();
  const before = processorTimes();
  const preload = `data:text/javascript,${encodeURIComponent(WRITE_USAGE)}`;
  const child = spawn(process.execPath, ["--import", preload, cli, command, ...args], {
    env: { ...process.env, LOCALGHOST_MODELS: path.join(work, "models"), USAGE_FILE: usageFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  const seconds = (performance.now() - start) / 1000;
  const usage = JSON.parse(fs.readFileSync(usageFile, "utf8")) as NodeJS.ResourceUsage;
  const others = othersShare(before, (usage.userCPUTime + usage.systemCPUTime) / 1000);
  return { name, seconds, peakBytes: 1024 * usage.maxRSS, others, output };
}
