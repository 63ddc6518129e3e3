import type { LanguageModel, Sequence } from "./model/languageModel.ts";
import type { Job } from "./scheduler.ts";

/** Tokens a run of the model may take at most: between runs a request can be cancelled or overtaken. */
export function prefillChunk(parameters: number): number {
  if (parameters < 50e6) return 64;
  return parameters < 200e6 ? 32 : 16;
}

/** Which logits to compute: those after the last token, those after every token, or none. */
export type WantedLogits = "last" | "all" | "none";

/**
 * Appends tokens to a sequence in chunks. When the context is full, the window slides: the sequence starts again from
 * the newest half of its tokens.
 * @param onLogits receives the wanted logits of each token in order: its index in `tokens` and float32 `[vocabulary]`
 * @returns milliseconds that the model ran for these tokens; waiting for a turn and sliding do not count
 */
export async function extendSequence(
  model: LanguageModel,
  sequence: Sequence,
  tokens: readonly number[],
  wanted: WantedLogits,
  job: Job,
  onLogits: (index: number, logits: Float32Array) => void,
): Promise<number> {
  const { contextLength, parameters, vocabularySize } = model.info;
  const chunkSize = prefillChunk(parameters);
  let ms = 0;
  for (let start = 0; start < tokens.length;) {
    if (sequence.tokens.length >= contextLength) await slideWindow(model, sequence, job);
    const room = contextLength - sequence.tokens.length;
    const chunk = tokens.slice(start, start + Math.min(chunkSize, room));
    const rows = wantedRows(wanted, chunk.length, start + chunk.length === tokens.length);
    const logits = await job.run(async () => {
      const began = performance.now();
      const result = await model.forward(sequence, chunk, rows);
      ms += performance.now() - began;
      return result;
    });
    for (const [i, row] of rows.entries()) {
      onLogits(start + row, logits.subarray(i * vocabularySize, (i + 1) * vocabularySize));
    }
    start += chunk.length;
  }
  return ms;
}

function wantedRows(wanted: WantedLogits, count: number, isLastChunk: boolean): number[] {
  if (wanted === "all") return Array.from({ length: count }, (_, row) => row);
  return wanted === "last" && isLastChunk ? [count - 1] : [];
}

/**
 * Positions are absolute in GPT-2, so keys and values cannot be moved: the newest half is computed again from position
 * zero. Halving makes that rare, once in half a context of new tokens.
 */
async function slideWindow(model: LanguageModel, sequence: Sequence, job: Job): Promise<void> {
  const newest = sequence.tokens.slice(-Math.floor(model.info.contextLength / 2));
  sequence.rewindTo(0);
  await extendSequence(model, sequence, newest, "none", job, () => undefined);
}
