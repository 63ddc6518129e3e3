/** Turns a GGUF file into the files of a Hugging Face checkpoint: config.json, tokenizer.json, model.safetensors. */
import * as fs from "node:fs";
import * as path from "node:path";
import { float32ToFloat16 } from "../../../engine/model/floatFormats.ts";
import {
  openForReading,
  readRange,
  type TensorToWrite,
  writeSafetensorsInTurns,
} from "../../../engine/model/safetensors.ts";
import { transpose } from "../../../engine/model/transpose.ts";
import { SINGLE_FILE } from "../../../engine/model/weightFiles.ts";
import { fromGgml, ggmlByteLength, type GgmlType } from "./ggmlTypes.ts";
import { type GgufModel, isLayerMatrix, type NamedTensor } from "./ggufModel.ts";

export const GGUF = /\.gguf$/i;

/** Bounds memory where a matrix would take hundreds of megabytes. */
const ROWS_AT_ONCE = 2048;

/** Plain numbers stay as they are; a quantized one is within a half of its step, and float16 is far finer. */
function storedAs(type: GgmlType): "F32" | "F16" {
  return type === 0 || type === 30 ? "F32" : "F16";
}

/** Bytes that {@link convertGguf} writes. */
export function convertedBytes({ tensors, configJson, tokenizerJson }: GgufModel): number {
  const weights = tensors.map(({ shape, stored: { type } }) =>
    shape.reduce((product, dimension) => product * dimension, type !== undefined && storedAs(type) === "F32" ? 4 : 2),
  );
  return weights.reduce((sum, bytes) => sum + bytes, configJson.length + tokenizerJson.length);
}

/**
 * Writes the model into a folder, a matrix or a part of one at a time.
 * @param onBytes called with the bytes of weights that have been written
 * @returns the names of the files
 * @throws LocalghostError `cancelled`
 */
export async function convertGguf(
  model: GgufModel,
  folder: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes: (done: number) => void },
): Promise<string[]> {
  fs.writeFileSync(path.join(folder, "config.json"), model.configJson);
  fs.writeFileSync(path.join(folder, "tokenizer.json"), model.tokenizerJson);
  const input = openForReading(model.file);
  try {
    const tensors = model.tensors.map((tensor): TensorToWrite => converted(tensor, input));
    await writeSafetensorsInTurns(path.join(folder, SINGLE_FILE), tensors, { format: "pt" }, { signal, onBytes });
  } finally {
    fs.closeSync(input);
  }
  return ["config.json", "tokenizer.json", SINGLE_FILE];
}

function converted({ name, shape, stored }: NamedTensor, input: number): TensorToWrite {
  const { type = 0, offset } = stored;
  const dtype = storedAs(type);
  const [columns = 1, rows = 1] = stored.dimensions;
  const rowBytes = ggmlByteLength(columns, type);
  const write = (values: Float32Array): Uint8Array => {
    const numbers = dtype === "F16" ? float32ToFloat16(values) : values;
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  };
  const read = (from: number, to: number): Float32Array =>
    fromGgml(readRange(input, offset + from * rowBytes, (to - from) * rowBytes), type);
  return {
    name,
    dtype,
    shape,
    *chunks() {
      if (isLayerMatrix(name, shape)) {
        yield write(transpose(read(0, rows), rows, columns));
        return;
      }
      for (let row = 0; row < rows; row += ROWS_AT_ONCE) yield write(read(row, Math.min(rows, row + ROWS_AT_ONCE)));
    },
  };
}
