/** What model and memory say at each token of held-out files: the fit learns from it, and bits are counted on it. */
import { extendSequence } from "../../src/engine/extendSequence.ts";
import { lengthClass, type NearnessSet } from "../../src/engine/memory/evidence.ts";
import { findMatches, LONGEST_MATCH } from "../../src/engine/memory/matches.ts";
import { Memory } from "../../src/engine/memory/memory.ts";
import { nearnessTo } from "../../src/engine/memory/nearness.ts";
import { NONE } from "../../src/engine/memory/chunkTable.ts";
import type { LanguageModel } from "../../src/engine/model/languageModel.ts";
import { argmax, logSumExp } from "../../src/engine/sampling/logprobs.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import type { Tokenizer } from "../../src/engine/tokenizer/tokenizer.ts";
import { importsOf } from "../../src/extension/memory/imports.ts";
import type { SourceFile } from "./archive.ts";

/** A token of a held-out file. */
export interface Sample {
  /** The model's log-probabilities: of this token, of its likeliest one. */
  readonly logprob: number;
  readonly top: number;
  /** The model's log-probabilities of the tokens that followed in the memory. */
  readonly logprobs: readonly number[];
  /** Which of these this token is, or -1. */
  readonly right: number;
  /** By match: class of its length, nearness, and which token followed. */
  readonly lengths: Uint8Array;
  readonly near: Uint8Array;
  readonly next: Uint8Array;
  /** Of the longest match. */
  readonly longest: number;
  /** Of the token's text. */
  readonly bytes: number;
}

export interface SampledFile {
  readonly file: SourceFile;
  readonly samples: readonly Sample[];
}

/** As much of a file is added to the memory at a time, when it learns the file as it is written. */
const WRITTEN_TOGETHER = 96;

export function memoryOf(files: readonly SourceFile[], tokenizer: Tokenizer): Memory {
  const memory = new Memory(tokenizer);
  for (const { path, text } of files) {
    const work = memory.update(path, text);
    while (work.next().done !== true);
  }
  return memory;
}

/**
 * Reads a file through the model, and asks the memory before each token.
 * @param learns whether the memory also has what stands before in the file itself, as it has in an editor
 */
export async function sampleFile(
  model: LanguageModel,
  tokenizer: Tokenizer,
  memory: Memory,
  file: SourceFile,
  learns: boolean,
): Promise<SampledFile> {
  const { index } = memory;
  const ids = tokenizer.encode(file.text);
  const nearnessOf = nearnessTo({ path: file.path, imports: importsOf(file.text) }, index);
  const samples: Sample[] = [];
  const job = new Scheduler().start("action", new AbortController().signal);
  const sequence = model.newSequence();
  let learnt = 0;
  await extendSequence(model, sequence, ids.slice(0, -1), "all", job, (i, logits) => {
    while (learns && learnt + WRITTEN_TOGETHER <= i) {
      const tokens = ids.slice(learnt, learnt + WRITTEN_TOGETHER);
      index.replace(index.open(file.path), NONE, NONE, [{ tokens, characters: 0, lines: 0 }]);
      learnt += WRITTEN_TOGETHER;
    }
    samples.push(sampleAt(logits, ids, i, memory, nearnessOf));
  });
  sequence.dispose();
  job.end();
  if (learns) memory.remove(file.path);
  return { file, samples };
}

function sampleAt(
  logits: Float32Array,
  ids: readonly number[],
  i: number,
  { index, tokenizer }: Memory,
  nearnessOf: (match: ReturnType<typeof findMatches>[number]) => NearnessSet,
): Sample {
  const id = ids[i + 1] ?? 0;
  const total = logSumExp(logits);
  const logprobOf = (token: number): number => (logits[token] ?? -Infinity) - total;
  const matches = findMatches(index, ids.slice(Math.max(0, i + 1 - LONGEST_MATCH), i + 1));
  const tokens = [...new Set(matches.map(({ next }) => next))];
  return {
    logprob: logprobOf(id),
    top: logprobOf(argmax(logits)),
    logprobs: tokens.map(logprobOf),
    right: tokens.indexOf(id),
    lengths: Uint8Array.from(matches, ({ length }) => lengthClass(length)),
    near: Uint8Array.from(matches, nearnessOf),
    next: Uint8Array.from(matches, ({ next }) => tokens.indexOf(next)),
    longest: matches.reduce((most, { length }) => Math.max(most, length), 0),
    bytes: tokenizer.bytesOf(id).length,
  };
}

/** The same places as a model would see them that knows nothing: all tokens are alike. */
export function withoutModel(samples: readonly Sample[], vocabularySize: number): Sample[] {
  const logprob = -Math.log(vocabularySize);
  return samples.map((sample) => ({ ...sample, logprob, top: logprob, logprobs: sample.logprobs.map(() => logprob) }));
}
