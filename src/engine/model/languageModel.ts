import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import type { ModelInfo } from "../../shared/protocol.ts";
import type { TokenTree } from "./tokenTree.ts";

/** The tokens of one text together with the keys and values that the model computed for them. */
export interface Sequence {
  /** The tokens whose keys and values the cache holds. */
  readonly tokens: readonly number[];
  /** Memory that the cache takes now. */
  readonly byteLength: number;
  /** Forgets all tokens from position `length` on; the next run overwrites them. Costs nothing. */
  rewindTo(length: number): void;
  /** Frees the cache; the sequence cannot be used afterwards. */
  dispose(): void;
}

/** Continuations of one text, a token each at a time, in one run. */
export interface SequenceBatch {
  /**
   * Appends a token to each.
   * @returns float32 logits `[tokens.length, vocabulary]`
   * @throws LocalghostError `promptTooLong` when they would pass the context length
   */
  forward(tokens: readonly number[]): Promise<Float32Array>;
  /** Goes on with these of them alone, by index, in this order. */
  keep(members: readonly number[]): void;
}

/** A loaded model on a device. One run at a time: two at once crash on a GPU. */
export interface LanguageModel {
  readonly info: ModelInfo;
  /** What the cache of one sequence takes at most. */
  readonly bytesPerSequence: number;
  newSequence(): Sequence;
  /**
   * The most tokens that one run after `length` others may take so that each one's logits are, as far as it is in the
   * model's hands, those of a run of its own.
   */
  mostTogether(length: number): number;
  /**
   * Appends `tokens` to a sequence of this model.
   * @param wantedRows indices into `tokens` whose logits are wanted
   * @returns float32 logits `[wantedRows.length, vocabulary]`; row i predicts the token after `tokens[wantedRows[i]]`
   * @throws LocalghostError `promptTooLong` when the sequence would pass the context length; it is left as it was
   */
  forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array>;
  /**
   * Begins `count` continuations of a sequence, which itself stays as it is. Each gets the logits that it would get
   * alone. Absent on a device that runs one sequence at a time.
   */
  branch?(sequence: Sequence, count: number): SequenceBatch;
  /**
   * Runs a tree of tokens after a sequence, which itself stays as it is: several continuations at once, each of which
   * looks at the sequence and at its own tokens alone. Sums over tokens may run in another order than alone, which
   * changes their last bits. Absent on a device whose attention cannot be told so.
   * @returns float32 logits `[tree.tokens.length, vocabulary]`; row i predicts what follows `tree.tokens[i]`
   * @throws LocalghostError `promptTooLong` when one of them would pass the context length
   */
  forwardTree?(sequence: Sequence, tree: TokenTree): Promise<Float32Array>;
  /** Frees the weights. The model and its sequences cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** @throws LocalghostError `promptTooLong` when a sequence of `length` tokens is more than the model can look at */
export function refuseOverflow(length: number, { name, contextLength }: ModelInfo): void {
  if (length <= contextLength) return;
  throw new LocalghostError(
    "promptTooLong",
    l10n.t("The text has {0} tokens, but {1} can look at {2} at most: shorten it.", length, name, contextLength),
  );
}
