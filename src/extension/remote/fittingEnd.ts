import { LocalghostError } from "../../shared/errors.ts";
import type { GenerateParams } from "../../shared/protocol.ts";

/** Less of a prompt says nothing. */
const LEAST_CHARACTERS = 64;

/**
 * Does what takes a prompt. Where that is too long, and its end is to be kept, it is done again without the older half of
 * it, until it fits: how long a text is in tokens only the server knows.
 */
export async function fittingEnd<T>(
  prompt: string,
  overflow: GenerateParams["overflow"],
  call: (prompt: string) => Promise<T>,
): Promise<T> {
  for (let kept = prompt; ; kept = newerHalf(kept)) {
    try {
      return await call(kept);
    } catch (thrown) {
      const isTooLong = thrown instanceof LocalghostError && thrown.kind === "promptTooLong";
      if (!isTooLong || overflow !== "keepEnd" || kept.length < LEAST_CHARACTERS) throw thrown;
    }
  }
}

/** Not from the middle of a character on. */
function newerHalf(text: string): string {
  const half = text.slice(Math.ceil(text.length / 2));
  return /^[\uDC00-\uDFFF]/.test(half) ? half.slice(1) : half;
}
