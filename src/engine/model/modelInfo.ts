import * as path from "node:path";
import type { Device, ModelInfo } from "../../shared/protocol.ts";
import { countParameters } from "./gpt2Config.ts";
import type { PackedWeights } from "./packedWeights.ts";

/** Why a model runs where it runs. */
export interface Placement {
  device: Device;
  /** One sentence for the user. */
  reason: string;
}

/** Describes loaded weights. */
export function modelInfo(
  { config, dtype }: Pick<PackedWeights, "config" | "dtype">,
  folder: string,
  { device, reason }: Placement,
  loadMs: number,
): ModelInfo {
  return {
    name: path.basename(folder),
    folder,
    device,
    deviceReason: reason,
    dtype,
    parameters: countParameters(config),
    layers: config.layers,
    heads: config.heads,
    width: config.width,
    vocabularySize: config.vocabularySize,
    contextLength: config.contextLength,
    ...(config.endOfText === undefined ? {} : { endOfText: config.endOfText }),
    loadMs,
  };
}
