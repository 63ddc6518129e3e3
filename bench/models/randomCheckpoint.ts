/** A GPT-2 checkpoint of random weights, as Hugging Face would have stored it, that every engine's format is made from. */
import * as path from "node:path";
import { expectedTensors } from "../../src/engine/model/checkpoint.ts";
import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { writeSafetensors } from "../../src/engine/model/safetensors.ts";
import { type Random, seededRandom } from "../../src/engine/sampling/random.ts";
import { writeModelFiles } from "./modelFiles.ts";

/**
 * Normal numbers drawn once and repeated: a hundred million fresh ones would take longer than the measurement. The
 * length is a prime, so that no two rows of a matrix are alike.
 */
const PATTERN_LENGTH = 1_048_573;

/**
 * Standard deviation of the weights: of the embeddings as in GPT-2 before training (openai/gpt-2, src/model.py), and of
 * the layers larger, so that attention prefers some tokens to others and mistakes in it show.
 */
const SPREAD = { embeddings: 0.02, layers: 0.05 };

/** Writes `model.safetensors` in float32 and the small files beside it. */
export function writeRandomCheckpoint(folder: string, config: Gpt2Config, seed: number): void {
  writeModelFiles(folder, config);
  const random = seededRandom(seed);
  const pattern = Float32Array.from({ length: PATTERN_LENGTH }, () => normal(random));
  let offset = 0;
  const tensors = [...expectedTensors(config)].map(({ name, shape }) => {
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    const start = offset;
    offset = (offset + length) % PATTERN_LENGTH;
    return {
      name,
      dtype: "F32" as const,
      shape,
      chunks: () => [new Uint8Array(scaled(name, repeat(pattern, start, length)).buffer)],
    };
  });
  writeSafetensors(path.join(folder, "model.safetensors"), tensors, { format: "pt" });
}

function repeat(pattern: Float32Array, offset: number, length: number): Float32Array {
  const values = new Float32Array(length);
  for (let done = 0; done < length;) {
    const from = (offset + done) % pattern.length;
    const part = pattern.subarray(from, Math.min(pattern.length, from + length - done));
    values.set(part, done);
    done += part.length;
  }
  return values;
}

/** Gains of layer norms stand around one. */
function scaled(name: string, values: Float32Array): Float32Array {
  if (/ln_.*weight$/.test(name)) return values.map((value) => 1 + SPREAD.embeddings * value);
  const spread = name.startsWith("h.") ? SPREAD.layers : SPREAD.embeddings;
  return values.map((value) => spread * value);
}

/** Box and Muller's way from two uniform numbers to a normal one. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
