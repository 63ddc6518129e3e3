import type { MemoryWeights } from "./mixingWeight.ts";

/** Written by `npm run bench:memory -- --fit --write`. */
export const MEMORY_WEIGHTS: MemoryWeights = {
  length: [-1.695, -0.3, 0.728, 1.143, 1.833, 2.609, 3.281, 3.97, 4.602, 5.454],
  near: { sameFile: 3.556, sameFolder: 1.035, imported: 0.516 },
  mixing: {
    longest: [-2.623, -2.347, -2.385, -2.313, -2.292, -2.44, -2.361, -2.413, -2.082, -2.338],
    features: {
      count: 0.086,
      mass: 0.464,
      agreement: 1.911,
      doubt: -0.138,
      modelTop: -0.122,
      modelOfTop: 0.074,
      sameFile: -0.518,
      sameFolder: 0.156,
      imported: 0.255,
    },
  },
};
