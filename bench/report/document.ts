import * as fs from "node:fs";
import * as path from "node:path";
import { plotComparison } from "./plot.ts";
import type { BenchResult } from "./result.ts";
import {
  agreementTable,
  bandwidthTable,
  describeDisturbance,
  describeMachine,
  figuresTable,
  mannersTable,
  ratiosTable,
  sizesTable,
  SPREAD_NOTE,
  targetsTable,
} from "./tables.ts";

const DOCUMENT = "benchmarks.md";
const PLOT = "images/benchmarks.svg";

/** What a person has to say stands between these, and stays when the figures are written again. */
const NOTES_BEGIN = "<!-- notes: kept by `npm run bench -- --write` -->";
const NOTES_END = "<!-- end of notes -->";

/** Writes `benchmarks.md` and its plot into the folder of documents. */
export function writeDocument(folder: string, result: BenchResult): void {
  const file = path.join(folder, DOCUMENT);
  const notes = fs.existsSync(file) ? notesOf(fs.readFileSync(file, "utf8")) : "";
  fs.mkdirSync(path.join(folder, path.dirname(PLOT)), { recursive: true });
  if (result.comparison) fs.writeFileSync(path.join(folder, PLOT), plotComparison(result.comparison));
  fs.writeFileSync(file, document(result, notes));
}

function notesOf(text: string): string {
  const begin = text.indexOf(NOTES_BEGIN);
  const end = text.indexOf(NOTES_END);
  return begin === -1 || end < begin ? "" : text.slice(begin + NOTES_BEGIN.length, end).trim();
}

function document(result: BenchResult, notes: string): string {
  const { comparison, sizes, manners } = result;
  const sections = [
    "# Benchmarks",
    "`npm run bench` measures the engine, and `npm run bench -- --peers` measures it beside transformers.js and llama.cpp on the same weights. This page is written by `npm run bench -- --peers --models all --patience 20 --write`.",
    `${describeMachine(result)} ${SPREAD_NOTE}`,
    "## What was to be reached",
    targetsTable(result),
    [NOTES_BEGIN, ...(notes === "" ? [] : ["", notes, ""]), NOTES_END].join("\n"),
  ];
  if (comparison) {
    sections.push(
      "## Against other engines",
      `The shape of GPT-2 small (124 million weights), ${comparison.rounds} rounds. ${describeDisturbance(comparison.disturbance)}`,
      `![Bars of the time that each engine takes; the table below has the numbers](${PLOT})`,
      figuresTable(comparison),
    );
    const compared = ratiosTable(comparison);
    if (compared !== "") {
      sections.push("### Pair by pair", "Their time over ours, round by round: above 1 we are faster.", compared);
    }
    sections.push("### Share of the memory's bandwidth", BANDWIDTH_NOTE, bandwidthTable(comparison));
    sections.push("### Do they compute the same?", AGREEMENT_NOTE, agreementTable(comparison));
  }
  if (sizes)
    sections.push(
      "## The four sizes",
      `${SIZES_NOTE} ${describeDisturbance(sizes.flatMap(({ disturbance }) => disturbance))}`,
      sizesTable(sizes),
    );
  if (manners) sections.push("## Manners", MANNERS_NOTE, mannersTable(manners));
  sections.push("## How it is measured", METHOD);
  return `${sections.join("\n\n")}\n`;
}

const BANDWIDTH_NOTE =
  "Each token reads every matrix once, so memory bounds decoding. The bandwidth is what as many threads as the engines have read by comparing (`memcmp`) the halves of arrays that no cache holds, measured once a round. A share above 1 would mean that a cache holds part of the weights.";

const AGREEMENT_NOTE =
  "Log-probabilities of the whole vocabulary after a prompt, against ours in fp32; the error is the root of the mean square, over their standard deviation. Where an engine computes another model the run stops. (Random weights are harder on 4 bits than a trained model's.)";

const SIZES_NOTE =
  "Random weights, packed. Resident memory includes pages of the weights file that the system can drop; the peak is the process's highest since its start.";

const MANNERS_NOTE =
  "The engine process as the editor starts it, on GPT-2 small in int8: requests of 512 new tokens are cancelled at random moments, and the answer to a cancelled request can come only when no run is under way.";

const METHOD = [
  "* One random checkpoint is written in each engine's format: packed for ours; as an ONNX export with `past_key_values` inputs, in fp32 and dynamically quantized to int8 as onnxruntime's `quantize_dynamic` does, for transformers.js; as GGUF in F32, Q8_0 and Q4_0 for llama.cpp (node-llama-cpp). Where an export has chains of operators that ONNX Runtime fuses, ours has the fused operator, which is no disadvantage to transformers.js.",
  "* Each engine runs in its own process with the same number of threads, through the interface that its users call: our `Engine` (tokenizer, queue and cached sequences included), `generate` of transformers.js with a streamer, `evaluate` of a node-llama-cpp sequence. All continue greedily.",
  "* They take turns, A B C then C B A, with the same prompts, and the first round does not count. A turn waits for a quiet machine, and is repeated up to twice when others used more than 5% of it; the least disturbed counts, not the fastest. Ratios are of the same round, so that a busy machine disturbs both sides alike; absolute times hold for this machine at this hour.",
  "* Decoding is timed from the first token of an answer to the 17th. A prompt is timed from the request to its first token, in a cache that has none of it. A typed character is one token more than the prompt before it, whose answer of four tokens the cache also holds: ours and llama.cpp go back and compute one token, transformers.js cannot go back and computes the prompt again.",
  "* Loading is timed in fresh processes with the files in the system's cache, the import of libraries not included. Resident memory at its peak is `VmHWM` of the process after all rounds.",
].join("\n");
