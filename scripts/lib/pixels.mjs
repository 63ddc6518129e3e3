/** Screenshots as pixels. */
import UPNG from "upng-js";

/** Less is a shade of the same, such as what shines through the edges of letters. */
const CLEARLY = 100;

/**
 * How many pixels of two pictures of one size are clearly brighter or darker in one of them.
 *
 * @param {Buffer} before PNG
 * @param {Buffer} after PNG
 */
export function clearlyChanged(before, after) {
  const [a, b] = [pixelsOf(before), pixelsOf(after)];
  let count = 0;
  // Of the four bytes of a pixel the first is enough.
  for (let i = 0; i < a.length; i += 4) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > CLEARLY) count++;
  return count;
}

/** @param {Buffer} png */
function pixelsOf(png) {
  const [first] = UPNG.toRGBA8(UPNG.decode(new Uint8Array(png).buffer));
  return new Uint8Array(first ?? new ArrayBuffer());
}
