/** Names of files that hold weights. */
import * as fs from "node:fs";
import * as path from "node:path";

/** A checkpoint in one file, or the index of one in several. */
export const SINGLE_FILE = "model.safetensors";
export const INDEX_FILE = "model.safetensors.index.json";

/** Weights as PyTorch pickles them: reading one can run code. */
export const PICKLE = /\.(bin|pt|pth|ckpt|pkl)$/;

/**
 * Exports to ONNX that keep a cache, by the names that optimum and transformers.js give them, the most exact first:
 * a folder beside the configuration, or the same folder.
 */
export const EXPORT_FILES = [
  "onnx/decoder_model_merged.onnx",
  "onnx/model.onnx",
  "decoder_model_merged.onnx",
  "model.onnx",
  "onnx/decoder_model_merged_quantized.onnx",
  "onnx/model_quantized.onnx",
  "decoder_model_merged_quantized.onnx",
  "model_quantized.onnx",
] as const;

/** The export to ONNX in a model's folder, relative to it, or undefined where there is none. */
export function findExport(folder: string): string | undefined {
  return EXPORT_FILES.find((file) => fs.existsSync(path.join(folder, file)));
}
