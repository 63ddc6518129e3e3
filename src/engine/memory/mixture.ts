import type { MemoryUse, TokenMemory } from "../../shared/memory.ts";
import type { PromptTokens } from "../healing.ts";
import type { Proposal } from "../promptLookup.ts";
import { argmax, logSumExp } from "../sampling/logprobs.ts";
import { type Evidence, weigh } from "./evidence.ts";
import { lineOf, wallAt } from "./fileText.ts";
import { continuationOf, findMatches, LONGEST_MATCH, type Match } from "./matches.ts";
import type { Memory } from "./memory.ts";
import { MEMORY_WEIGHTS } from "./memoryWeights.ts";
import { type MemoryWeights, mixingWeight } from "./mixingWeight.ts";
import { nearnessTo } from "./nearness.ts";

/** Logits after a change, and where each token's probability came from. */
export interface MixedLogits {
  /** float32 `[vocabulary]`; those that came in when the memory knows nothing. */
  readonly logits: Float32Array;
  /** The logarithm of the sum of their exponentials. */
  readonly total: number;
  /** How much the memory counted beside the model, from 0 to 1; undefined where it knew nothing. */
  readonly share?: number;
  /** What the memory had to say about a token; undefined where it knew nothing. */
  readonly about?: (id: number) => TokenMemory;
}

/**
 * Begins a mixture for a text that is about to be generated.
 * @param prompt what was read before; absent where the tokens that are given to the mixture are all there is
 */
export type StartMixture = (prompt?: PromptTokens) => Mixture;

/** Changes the logits of one request, and guesses how its text goes on. */
export interface Mixture {
  /**
   * @param ids all tokens before, the prompt's first
   * @param logits `[vocabulary]`, left as they are
   */
  mix(ids: readonly number[], logits: Float32Array): MixedLogits;
  /** The tokens that followed the match that counts most, `most` at most. */
  propose(ids: readonly number[], most: number): Proposal;
}

const NO_PROMPT: PromptTokens = { ids: [], word: "", before: [] };

/**
 * The mixture p = (1 - w) p_model + w p_memory of a request: a cache language model (Grave et al. 2017) whose contexts
 * have any length (Liu et al. 2024). The share w is fitted; see {@link mixingWeight}.
 */
export function createMixture(
  memory: Memory,
  use: MemoryUse,
  prompt: PromptTokens = NO_PROMPT,
  weights: MemoryWeights = MEMORY_WEIGHTS,
): Mixture {
  const { index, tokenizer } = memory;
  const file = use.path === undefined ? undefined : index.files.get(use.path);
  // A word that is to be healed is still to be written: that it stands there already foretells it too well.
  const cursor = use.offset === undefined ? undefined : Math.max(0, use.offset - prompt.word.length);
  const wall = file && cursor !== undefined ? wallAt(index, file, cursor, tokenizer) : undefined;
  const nearnessOf = nearnessTo(use, index);
  const evidenceFor = (ids: readonly number[]): Evidence | undefined => {
    const written = ids.slice(Math.max(prompt.ids.length, ids.length - LONGEST_MATCH));
    const context = [...prompt.before.slice(-LONGEST_MATCH), ...written];
    return weigh(findMatches(index, context, wall), nearnessOf, weights);
  };

  function mix(ids: readonly number[], logits: Float32Array): MixedLogits {
    const likeliest = argmax(logits);
    const total = logSumExp(logits, likeliest);
    const evidence = evidenceFor(ids);
    if (!evidence) return { logits, total };
    const modelLogprob = (id: number): number => (logits[id] ?? -Infinity) - total;
    const share = mixingWeight(
      evidence,
      { top: modelLogprob(likeliest), ofMemoryTop: modelLogprob(evidence.tokens[evidence.top] ?? 0) },
      weights,
    );
    // Only the tokens of the memory change: the others fall as the sum of all rises by what these gain.
    const odds = share / (1 - share);
    const mixed = Float32Array.from(logits);
    for (const [i, id] of evidence.tokens.entries()) {
      mixed[id] = total + Math.log(Math.exp(modelLogprob(id)) + odds * (evidence.probabilities[i] ?? 0));
    }
    const about = (id: number): TokenMemory => {
      const i = evidence.tokens.indexOf(id);
      const probability = evidence.probabilities[i] ?? 0;
      const best = evidence.best[i];
      return {
        share,
        probability,
        modelLogprob: modelLogprob(id),
        matched: best?.length ?? 0,
        ...(best && sourceOf(memory, best)),
      };
    };
    return { logits: mixed, total: total + Math.log1p(odds), share, about };
  }

  function propose(ids: readonly number[], most: number): Proposal {
    const best = evidenceFor(ids);
    const match = best?.best[best.top];
    return match ? { matched: match.length, tokens: continuationOf(index, match, most) } : { matched: 0, tokens: [] };
  }

  return { mix, propose };
}

/** Where a match stands, for the user to go there. */
function sourceOf({ index, tokenizer }: Memory, { chunk, offset }: Match): Pick<TokenMemory, "path" | "line"> {
  const file = index.fileOf(chunk);
  return file ? { path: file.path, line: lineOf(index, chunk, offset, tokenizer) } : {};
}
