/**
 * A token's logits must not depend on which tokens share its run: verified drafts rest on it. Where a processor's kernel has
 * it otherwise, that must be found out, since there are no drafts then.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { DTYPES } from "../../src/shared/protocol.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, rowsAreSame } from "../helpers/models.ts";

const PROMPT = 45;
const TOKENS = 150;
const ids = Array.from({ length: PROMPT + TOKENS }, (_, i) => (i * i * 31 + 7 * i) % 8000);

/** Logits of each token after the prompt, in runs of these lengths, again and again, cut where the model wants it. */
async function logitsInRuns(model: LanguageModel, lengths: readonly number[]): Promise<Float32Array[]> {
  const { vocabularySize } = model.info;
  const sequence = model.newSequence();
  await model.forward(sequence, ids.slice(0, PROMPT), []);
  const rows: Float32Array[] = [];
  for (let i = 0, run = 0; i < TOKENS; run++) {
    const start = PROMPT + i;
    const wanted = lengths[run % lengths.length] ?? 1;
    const part = ids.slice(start, start + Math.min(wanted, model.mostTogether(start), TOKENS - i));
    // What is rejected leaves no trace.
    await model.forward(sequence, [...part.slice(0, -1), 5, 6].slice(0, model.mostTogether(start)), [0]);
    sequence.rewindTo(start);
    const logits = await model.forward(sequence, part, [...part.keys()]);
    for (const row of part.keys()) rows.push(logits.slice(row * vocabularySize, (row + 1) * vocabularySize));
    i += part.length;
  }
  return rows;
}

for (const dtype of DTYPES) {
  test(`logits are the same to the last bit, one by one and together: ${dtype}`, async (t) => {
    const loaded = await loadForTest(t, nanoFolder, dtype);
    const { model } = loaded;
    const isFoundOut = dtype === "int4" && !(await rowsAreSame(loaded));
    if (isFoundOut) t.diagnostic("on this processor they are not, and there are no drafts");
    const alone = await logitsInRuns(model, [1]);
    for (const lengths of [[2], [3], [7], [16], [1, 5, 2, 11, 1]]) {
      const together = await logitsInRuns(model, lengths);
      const differing = alone.filter((row, i) => row.some((logit, id) => logit !== together[i]?.[id]));
      assert.ok(
        differing.length === 0 || isFoundOut,
        `${differing.length} of ${alone.length} rows differ in runs of ${lengths.join()}`,
      );
    }
  });
}
