/**
 * `npm run bench:eval`: tokens that are scored a second, ours beside transformers.js and, with `--python`, PyTorch, on the
 * same windows of text and the same weights. All give the same likelihood, or the run stops.
 *
 *   --model M       an embedded model or a folder (localghost-nano)
 *   --threads N     threads of every engine; all cores by default
 *   --rounds N      rounds that count (7)
 *   --windows N     windows of the model's whole context in a round (4)
 *   --python PATH   a Python with torch and transformers
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { resolveModel } from "../../src/cli/models.ts";
import { Engine } from "../../src/engine/engine.ts";
import { openCheckpoint } from "../../src/engine/model/checkpoint.ts";
import { EngineProcess } from "../engines/engineProcess.ts";
import { log } from "../log.ts";
import { writeOnnxExport } from "../models/onnxExport.ts";
import { installPeers, peerVersions } from "../peers/installPeers.ts";
import { formatSpread, ratios, spread } from "../statistics.ts";
import { PytorchProcess } from "./pytorchProcess.ts";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "localghost-nano" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    rounds: { type: "string", default: "7" },
    windows: { type: "string", default: "4" },
    python: { type: "string" },
  },
});
const [threads, rounds, windowCount] = [Number(values.threads), Number(values.rounds), Number(values.windows)];
const root = path.resolve(import.meta.dirname, "..", "..");
/** How far the likelihoods of two engines in float32 may lie apart, as a share. */
const AGREEMENT = 1e-4;

/** Something that scores, in a process of its own. */
interface Peer {
  readonly name: string;
  readonly isExact: boolean;
  readonly score: (texts: readonly (readonly number[])[]) => Promise<number>;
  readonly stop: () => Promise<void> | void;
}

installPeers();
const workFolder = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-bench-eval-"));
const peers: Peer[] = [];
try {
  const folder = path.join(workFolder, path.basename(values.model));
  fs.cpSync(resolveModel(values.model), folder, { recursive: true });
  const checkpoint = openCheckpoint(folder);
  for (const dtype of ["fp32", "q8"] as const) writeOnnxExport(checkpoint, dtype);
  const texts = await windowsOfText(folder);
  await startPeers(folder);
  const exact = await peers[0]?.score(texts);
  const speeds = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    log(`round ${round} of ${rounds}`);
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      const began = performance.now();
      const nats = await peer.score(texts);
      const seconds = (performance.now() - began) / 1000;
      if (peer.isExact && Math.abs(nats / (exact ?? NaN) - 1) > AGREEMENT) {
        throw new Error(`${peer.name} finds ${nats} nats, and ours in fp32 ${exact}.`);
      }
      // The first round warms up.
      if (round > 0) speeds.get(peer.name)?.push(texts.reduce((sum, { length }) => sum + length - 1, 0) / seconds);
    }
  }
  process.stdout.write(table(speeds, texts));
} finally {
  for (const peer of peers) await peer.stop();
  fs.rmSync(workFolder, { recursive: true, force: true });
}

/** Windows of the whole context, from files that the embedded model has not seen. */
async function windowsOfText(folder: string): Promise<number[][]> {
  const lines = fs
    .readFileSync(path.join(root, "bench", "replay", "files.jsonl"), "utf8")
    .split("\n")
    .slice(0, 20);
  const text = lines.map((line) => (JSON.parse(line) as { text: string }).text).join("\n");
  const engine = new Engine();
  const model = { folder, dtype: "fp32", device: "cpu" } as const;
  const { contextLength } = await engine.load(model, new AbortController().signal);
  const { ids } = engine.tokenize({ model, text });
  await engine.dispose();
  const length = contextLength + 1;
  return Array.from({ length: windowCount }, (_, i) => ids.slice(i * length, (i + 1) * length));
}

async function startPeers(folder: string): Promise<void> {
  for (const [engine, dtype] of [
    ["Localghost", "fp32"],
    ["Localghost", "int8"],
    ["Localghost", "int4"],
    ["transformers.js", "fp32"],
    ["transformers.js", "q8"],
  ] as const) {
    const child = await EngineProcess.start({ engine, dtype, folder, threads });
    const isExact = dtype === "fp32";
    peers.push({ name: child.name, isExact, score: (texts) => child.score(texts), stop: () => child.stop() });
  }
  if (values.python === undefined) return;
  const pytorch = await PytorchProcess.start(values.python, folder, threads);
  peers.push({
    name: `PyTorch ${pytorch.version} fp32`,
    isExact: true,
    score: (texts) => pytorch.score(texts),
    stop: () => pytorch.stop(),
  });
}

function table(speeds: ReadonlyMap<string, readonly number[]>, texts: readonly (readonly number[])[]): string {
  const ours = speeds.get("Localghost fp32") ?? [];
  const rows = [...speeds].map(([name, samples]) => {
    const ratio = formatSpread(spread(ratios(ours, samples)));
    return `| ${name} | ${formatSpread(spread(samples))} | ${ratio} |`;
  });
  const { processor, load } = { processor: os.cpus()[0]?.model.trim() ?? "", load: os.loadavg()[0] ?? 0 };
  const versions = `transformers.js ${peerVersions()["@huggingface/transformers"] ?? ""}, Node ${process.versions.node}`;
  return [
    `${path.basename(values.model)}, ${texts.length} windows of ${(texts[0]?.length ?? 1) - 1} tokens, ${threads} threads, ${rounds} rounds; ${processor}, load average ${load.toFixed(1)}; ${versions}.`,
    "",
    "| engine | tokens scored a second: median (least to most) | ours in fp32 is so many times as fast |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
