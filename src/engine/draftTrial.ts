import type { Device, Dtype } from "../shared/protocol.ts";
import type { LanguageModel } from "./model/languageModel.ts";
import type { Job } from "./scheduler.ts";

/** Tokens whose logits are compared: a pair and a single row, as kernels take them, and one more. */
const COMPARED = 4;
/** Tokens before them: more than a block of the cache, so that all of attention takes part. */
const PAST = 40;
/**
 * The largest difference of two logits that passes for none. What float32 makes of sums in another order is a hundredth
 * of it, and moves a choice once in a hundred thousand tokens; float16 makes a hundred times as much. Quantized
 * arithmetic must be the same to the last bit: a difference of 1e-7 here is one activation rounded the other way, and
 * logits that differ by 0.1, a few tokens on. So it is with int4 on AVX2 without VNNI.
 */
const TOLERANCE: Readonly<Record<Dtype, number>> = { fp32: 1e-3, fp16: 1e-3, int8: 0, int4: 0 };

/**
 * Finds out, once for each device, whether tokens get the same logits in one run as one by one. Where they do not, a
 * verified draft could change a text, and there are none.
 */
export class DraftTrial {
  readonly #outcomes = new Map<Device, boolean>();

  /** @param ids a text to try it on; one that is too short decides nothing */
  async passes(model: LanguageModel, ids: readonly number[], job: Job): Promise<boolean> {
    const known = this.#outcomes.get(model.info.device);
    if (known !== undefined) return known;
    const length = Math.min(PAST + COMPARED, model.info.contextLength);
    if (ids.length < length) return false;
    const difference = await differenceOfRuns(model, ids.slice(-length), job);
    const passed = difference <= TOLERANCE[model.info.dtype];
    this.#outcomes.set(model.info.device, passed);
    return passed;
  }
}

/** The largest difference between the logits of the last {@link COMPARED} ids in one run and in a run each. */
async function differenceOfRuns(model: LanguageModel, ids: readonly number[], job: Job): Promise<number> {
  const { vocabularySize } = model.info;
  const past = ids.slice(0, -COMPARED);
  const compared = ids.slice(-COMPARED);
  const sequence = model.newSequence();
  try {
    await job.run(() => model.forward(sequence, past, []));
    const together = await job.run(() => model.forward(sequence, compared, [...compared.keys()]));
    sequence.rewindTo(past.length);
    let largest = 0;
    for (const [row, id] of compared.entries()) {
      const alone = await job.run(() => model.forward(sequence, [id], [0]));
      for (const [i, logit] of alone.entries()) {
        largest = Math.max(largest, Math.abs(logit - (together[row * vocabularySize + i] ?? NaN)));
      }
    }
    return largest;
  } finally {
    sequence.dispose();
  }
}
