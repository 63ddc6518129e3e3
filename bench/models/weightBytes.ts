import { countParameters, type Gpt2Config } from "../../src/engine/model/gpt2Config.ts";

/** Bits a weight of a matrix takes, scales included: ours float32 a block of 32, llama.cpp's float16. */
const BITS: Record<string, number> = {
  int8: 9,
  int4: 5,
  fp16: 16,
  fp32: 32,
  q8: 8,
  Q8_0: 8.5,
  Q4_0: 4.5,
  F32: 32,
};

/**
 * Bytes that must be read from memory for each token: every matrix once. The output layer counts; positions and the
 * look-up of one row in the token embedding do not, and vectors are too small to.
 */
export function bytesPerToken(config: Gpt2Config, dtype: string): number {
  const weights = countParameters(config) - config.contextLength * config.width;
  return (weights * (BITS[dtype] ?? NaN)) / 8;
}
