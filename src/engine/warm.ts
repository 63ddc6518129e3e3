import type { WarmParams, WarmResult } from "../shared/protocol.ts";
import { prefillChunk } from "./extendSequence.ts";
import type { LoadedModel } from "./generate.ts";
import { promptTokens } from "./promptTokens.ts";
import type { Job } from "./scheduler.ts";

/**
 * Reads a prompt into a cached sequence, so that a generation from it has no more than its last token to compute.
 *
 * It holds the sequence during a step only: a completion that overtakes it takes the sequence as far as it is, and it
 * then goes on where that one left it. What is read before a cancellation is kept.
 * @throws LocalghostError `invalidRequest`, `promptTooLong`, or `cancelled`
 */
export async function warm(loaded: LoadedModel, params: WarmParams, job: Job): Promise<WarmResult> {
  const { model, sequences } = loaded;
  const { ids: tokens } = promptTokens(loaded, params);
  const chunkSize = prefillChunk(model.info.parameters);
  let computed = 0;
  const step = async (): Promise<boolean> => {
    // A longer text that begins so is left as it is: the user may go back to its end.
    if (sequences.holds(tokens)) return true;
    const sequence = sequences.acquire(tokens);
    try {
      const { length } = sequence.tokens;
      const chunk = tokens.slice(length, length + chunkSize);
      await model.forward(sequence, chunk, []);
      computed += chunk.length;
      return sequence.tokens.length === tokens.length;
    } finally {
      sequences.release(sequence);
    }
  };
  while (!(await job.run(step)));
  return { promptTokens: tokens.length, computedTokens: computed };
}
