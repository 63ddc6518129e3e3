/** What the CPU graph adds to its scores: 0 where a token may look, {@link MASKED} elsewhere. */
import { MASKED } from "./cpuGraph.ts";
import { ROOT, type TokenTree } from "./tokenTree.ts";

/** `[capacity]`: every token may look at the first `length` cached ones. */
export function pastMask(length: number, capacity: number): Float32Array {
  return new Float32Array(capacity).fill(MASKED, length);
}

/** `[count, recent + count]`: row i may look at the recent tokens, and at the new ones up to itself. */
export function causalMask(recent: number, count: number): Float32Array {
  const width = recent + count;
  const mask = new Float32Array(count * width);
  for (let row = 0; row < count; row++) mask.fill(MASKED, row * width + recent + row + 1, (row + 1) * width);
  return mask;
}

/** `[count, recent + count]`: row i may look at the recent tokens, at itself, and at those of the tree that it follows. */
export function treeMask(recent: number, { parents }: TokenTree): Float32Array {
  const width = recent + parents.length;
  const mask = new Float32Array(parents.length * width).fill(MASKED);
  for (const [row, parent] of parents.entries()) {
    const start = row * width;
    // What its parent sees, which stands above.
    if (parent === ROOT) mask.fill(0, start, start + recent);
    else mask.copyWithin(start, parent * width, (parent + 1) * width);
    mask[start + recent + row] = 0;
  }
  return mask;
}
