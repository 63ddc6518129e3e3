import type { Gpt2Config } from "../../src/engine/model/gpt2Config.ts";
import { originalShape } from "../../src/models/catalogue.ts";

/** The four sizes of the paper (Radford et al. 2019, table 2), by the names of their published checkpoints. */
const sizes = {
  gpt2: { layers: 12, width: 768, heads: 12 },
  "gpt2-medium": { layers: 24, width: 1024, heads: 16 },
  "gpt2-large": { layers: 36, width: 1280, heads: 20 },
  "gpt2-xl": { layers: 48, width: 1600, heads: 25 },
} as const;

export type ShapeName = keyof typeof sizes;
export const shapeNames = Object.keys(sizes) as ShapeName[];

/** The configuration of a size. */
export function shapeConfig(name: ShapeName): Gpt2Config {
  const { layers, width, heads } = sizes[name];
  return originalShape(layers, width, heads);
}
