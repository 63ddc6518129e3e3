/**
 * `npm run bench`: speed and memory of the engine for the embedded model and for the shapes of the four GPT-2 sizes,
 * with random weights.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { countParameters } from "../src/engine/model/gpt2Config.ts";
import { DTYPES, type Dtype } from "../src/shared/protocol.ts";
import type { Measurement } from "./measure.ts";
import { writeRandomModel } from "./randomModel.ts";
import { shapeConfig, shapeNames } from "./shapes.ts";
import { formatSpread } from "./statistics.ts";

const root = path.resolve(import.meta.dirname, "..");
const EMBEDDED = "localghost-nano";

const { values } = parseArgs({
  options: {
    models: { type: "string", default: [EMBEDDED, ...shapeNames].join() },
    dtypes: { type: "string", default: "int8,int4" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    runs: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});

interface Row {
  model: string;
  dtype: Dtype;
  measured: Measurement;
}

const rows: Row[] = [];
const dtypes = DTYPES.filter((dtype) => values.dtypes.split(",").includes(dtype));
const workFolder = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-bench-"));
try {
  for (const model of values.models.split(",")) {
    for (const dtype of dtypes) {
      const folder = prepare(model, dtype);
      if (folder === undefined) continue;
      process.stderr.write(`measuring ${model} ${dtype}\n`);
      rows.push({ model, dtype, measured: measureInChild(folder, dtype) });
      if (model !== EMBEDDED) fs.rmSync(folder, { recursive: true, force: true });
    }
  }
} finally {
  fs.rmSync(workFolder, { recursive: true, force: true });
}
process.stdout.write(values.json ? `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n` : markdown());

/** The folder of a model, written first where its weights are random; undefined when it would not fit the memory. */
function prepare(model: string, dtype: Dtype): string | undefined {
  if (model === EMBEDDED) return path.join(root, "models", EMBEDDED);
  const shape = shapeNames.find((name) => name === model);
  if (!shape) throw new Error(`There is no model "${model}": use ${[EMBEDDED, ...shapeNames].join(", ")}.`);
  const config = shapeConfig(shape);
  const bytesPerWeight = { fp32: 4, fp16: 4, int8: 1.125, int4: 0.625 }[dtype];
  // Loading holds the weights twice for a while: as they are in the file, and as the kernels want them.
  if (2 * countParameters(config) * bytesPerWeight > os.freemem()) {
    process.stderr.write(`${model} ${dtype} does not fit in memory\n`);
    return undefined;
  }
  const folder = path.join(workFolder, `${model}-${dtype}`);
  writeRandomModel(folder, config, dtype);
  return folder;
}

function measureInChild(folder: string, dtype: Dtype): Measurement {
  const script = path.join(import.meta.dirname, "measure.ts");
  const output = execFileSync(process.execPath, [script, folder, dtype, values.threads, values.runs], {
    encoding: "utf8",
  });
  return JSON.parse(output) as Measurement;
}

function machine(): string {
  const cpu = os.cpus()[0]?.model ?? "unknown CPU";
  return `${cpu}, ${values.threads} threads, ${process.platform}-${process.arch}, Node ${process.versions.node}`;
}

function markdown(): string {
  const lines = [
    `Median (least to most) on ${machine()}.`,
    "",
    "| model | dtype | decode, ms a token at 64 | at 256 | prefill, tokens a second | load, ms | resident, MB |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(({ model, dtype, measured }) => {
      const decode = Object.values(measured.decodeMs).map(formatSpread);
      const rest = [formatSpread(measured.prefillTokensPerSecond), formatSpread(measured.loadMs)];
      return `| ${[model, dtype, ...decode, ...rest, measured.residentMegabytes.toFixed(0)].join(" | ")} |`;
    }),
  ];
  return `${lines.join("\n")}\n`;
}
