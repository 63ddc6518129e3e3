import * as fs from "node:fs";
import { type PackedWeights, quantizedBits } from "./packedWeights.ts";
import { BLOCK_SIZE, blocksPerRow, dequantizeRow } from "./quantize.ts";
import { float16ToFloat32 } from "./floatFormats.ts";
import { openForReading, readRange, type TensorEntry } from "./safetensors.ts";

/**
 * Looks up the rows that a transformer starts from: token embedding plus position embedding.
 *
 * The token embedding is also the output layer, whose copy belongs to the graph. Its rows are read here from the packed
 * file as they are needed (the system's page cache holds what is used), so that memory holds the matrix once.
 */
export class Embeddings {
  readonly #weights: PackedWeights;
  readonly #file: number;
  /** `[contextLength, width]` */
  readonly #positions: Float32Array;

  constructor(weights: PackedWeights) {
    this.#weights = weights;
    this.#file = openForReading(weights.path);
    const positions = this.#tensor("wpe.weight");
    this.#positions = new Float32Array(readRange(this.#file, positions.offset, positions.byteLength).buffer);
  }

  /** A row for each token, which stands at the position of the same index: float32 `[tokens, width]`. */
  lookUp(tokens: readonly number[], positions: readonly number[]): Float32Array {
    const { width } = this.#weights.config;
    const rows = new Float32Array(tokens.length * width);
    for (const [i, token] of tokens.entries()) {
      const row = rows.subarray(i * width, (i + 1) * width);
      this.#readTokenRow(token, row);
      const position = (positions[i] ?? 0) * width;
      for (let j = 0; j < width; j++) row[j] = (row[j] ?? 0) + (this.#positions[position + j] ?? 0);
    }
    return rows;
  }

  close(): void {
    fs.closeSync(this.#file);
  }

  #readTokenRow(token: number, target: Float32Array): void {
    const { config, dtype } = this.#weights;
    const bits = quantizedBits(dtype);
    if (bits !== undefined) {
      const blocks = blocksPerRow(config.width);
      const numbers = this.#readRow("wte.weight.quantized", token, (blocks * BLOCK_SIZE * bits) / 8);
      const scales = new Float32Array(this.#readRow("wte.weight.scales", token, blocks * 4).buffer);
      dequantizeRow(numbers, scales, bits, target);
    } else if (dtype === "fp16") {
      target.set(float16ToFloat32(new Uint16Array(this.#readRow("wte.weight", token, config.width * 2).buffer)));
    } else {
      target.set(new Float32Array(this.#readRow("wte.weight", token, config.width * 4).buffer));
    }
  }

  #readRow(name: string, row: number, byteLength: number): Uint8Array<ArrayBuffer> {
    return readRange(this.#file, this.#tensor(name).offset + row * byteLength, byteLength);
  }

  #tensor(name: string): TensorEntry {
    const tensor = this.#weights.tensors.get(name);
    if (!tensor) throw new Error(`no packed tensor ${name}`);
    return tensor;
  }
}
