import * as fs from "node:fs";
import * as path from "node:path";
import { openCheckpoint } from "../../src/engine/model/checkpoint.ts";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { openPackedWeights } from "../../src/engine/model/packedWeights.ts";
import type { Dtype } from "../../src/shared/protocol.ts";
import type { EngineSpec } from "../engines/benchEngine.ts";
import { log } from "../log.ts";
import { ggufName } from "../peers/llamaCpp.ts";
import type { GgmlType } from "./ggmlBlocks.ts";
import { writeGguf } from "./ggufFile.ts";
import { type ExportDtype, writeOnnxExport } from "./onnxExport.ts";
import { writeRandomCheckpoint } from "./randomCheckpoint.ts";

const OURS: readonly Dtype[] = ["int8", "int4", "fp32"];
const TRANSFORMERS: readonly ExportDtype[] = ["q8", "fp32"];
const LLAMA: readonly GgmlType[] = ["Q8_0", "Q4_0", "F32"];
const SEED = 1;

/** Writes one random checkpoint in the format of each engine, and names what to measure: neighbours are to be compared. */
export async function prepareModels(
  folder: string,
  config: Gpt2Config,
  threads: number,
  peers: boolean,
): Promise<EngineSpec[]> {
  log(`writing a random checkpoint of ${config.layers} layers`);
  writeRandomCheckpoint(folder, config, SEED);
  for (const dtype of OURS) {
    log(`packing it in ${dtype}`);
    await openPackedWeights(folder, dtype, folder);
  }
  if (peers) {
    const checkpoint = openCheckpoint(folder);
    for (const dtype of TRANSFORMERS) {
      log(`exporting it to ONNX in ${dtype}`);
      writeOnnxExport(checkpoint, dtype);
    }
    for (const type of LLAMA) {
      log(`writing it as GGUF in ${type}`);
      writeGguf(path.join(folder, ggufName(type)), checkpoint, type);
    }
  }
  fs.rmSync(path.join(folder, "model.safetensors"));
  const spec = (engine: EngineSpec["engine"], dtype: string): EngineSpec => ({ engine, dtype, folder, threads });
  const ours = OURS.map((dtype) => spec("Localghost", dtype));
  if (!peers) return ours;
  return [
    ...ours,
    ...TRANSFORMERS.map((dtype) => spec("transformers.js", dtype)),
    ...LLAMA.map((dtype) => spec("llama.cpp", dtype)),
  ];
}
