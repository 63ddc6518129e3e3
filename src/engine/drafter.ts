import type { GenerateParams } from "../shared/protocol.ts";
import type { DraftPolicy } from "./draftPolicy.ts";
import type { Mixture } from "./memory/mixture.ts";
import { type Proposal, PromptLookup } from "./promptLookup.ts";
import { isGreedy } from "./sampling/sampler.ts";

/** More than any draft has, so that guesses count that were not worth verifying. */
const MOST_PROPOSED = 16;

/** True when drafts are wanted and the next token depends on the logits alone, so that a draft can be compared with it. */
export function canDraft({ sampling = {}, drafts = true }: GenerateParams): boolean {
  return drafts && isGreedy(sampling) && (sampling.repetitionPenalty ?? 1) === 1;
}

/** Drafts the next tokens of one text, and learns from what the model chose instead. */
export class Drafter {
  /** Tokens that were verified. */
  drafted = 0;
  /** Those of them that the model chose too. */
  accepted = 0;
  readonly #lookup: PromptLookup;
  readonly #policy: DraftPolicy;
  readonly #mixture: Mixture | undefined;
  #proposal: Proposal = { matched: 0, tokens: [] };

  constructor(policy: DraftPolicy, ids: readonly number[], mixture?: Mixture) {
    this.#policy = policy;
    this.#mixture = mixture;
    this.#lookup = new PromptLookup(ids);
  }

  /**
   * The tokens worth verifying in the next run, `most` at most; often none.
   * @param ids the text so far
   */
  draft(ids: readonly number[], most: number): readonly number[] {
    this.#proposal = this.#propose(ids);
    const { matched, tokens } = this.#proposal;
    return tokens.slice(0, this.#policy.length(matched, Math.min(most, tokens.length)));
  }

  /**
   * Tells what a run brought.
   * @param tokens how many it took, those of the draft included
   * @param draft the tokens that it verified
   * @param chosen what the model chose: the accepted tokens and one of its own
   * @param ms how long it took
   */
  ran(tokens: number, draft: readonly number[], chosen: readonly number[], ms: number): void {
    this.drafted += draft.length;
    this.accepted += chosen.length - 1;
    // A run that read a part of the prompt as well says nothing about drafts.
    if (tokens === 1 + draft.length) this.#policy.ran(tokens, ms);
    const { matched, tokens: proposed } = this.#proposal;
    for (const [i, id] of chosen.entries()) {
      // Each token that was right makes the match one longer.
      if (i < proposed.length) this.#policy.guessed(matched + i, proposed[i] === id);
      this.#lookup.push(id);
    }
    this.#proposal = { matched: 0, tokens: [] };
  }

  /** From the text itself or from the memory, whichever has the longer match. */
  #propose(ids: readonly number[]): Proposal {
    const own = this.#lookup.propose(MOST_PROPOSED);
    const remembered = this.#mixture?.propose(ids, MOST_PROPOSED);
    return remembered && remembered.matched > own.matched ? remembered : own;
  }
}
