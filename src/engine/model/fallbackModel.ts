import * as l10n from "@vscode/l10n";
import type { ModelInfo } from "../../shared/protocol.ts";
import { LocalghostError } from "../../shared/errors.ts";
import type { LanguageModel, Sequence } from "./languageModel.ts";

/** A sequence that moves along when its model does. */
class MovableSequence implements Sequence {
  readonly tokens: number[] = [];
  home: { model: LanguageModel; sequence: Sequence } | undefined;

  get byteLength(): number {
    return this.home?.sequence.byteLength ?? 0;
  }

  rewindTo(length: number): void {
    this.home?.sequence.rewindTo(length);
    this.tokens.length = length;
  }

  dispose(): void {
    this.home?.sequence.dispose();
    this.home = undefined;
  }
}

/**
 * Runs on a device that may be lost (unplugged, reset, out of memory), and goes on elsewhere when it is. Batches and trees
 * are left out: WebGPU has none, and CUDA does without.
 */
export class FallbackModel implements LanguageModel {
  #current: LanguageModel;
  readonly #load: (reason: string) => Promise<LanguageModel>;
  #lost = false;

  /**
   * @param first runs until its first failure
   * @param load loads the model that takes over; `reason` is one sentence for the user
   */
  constructor(first: LanguageModel, load: (reason: string) => Promise<LanguageModel>) {
    this.#current = first;
    this.#load = load;
  }

  get info(): ModelInfo {
    return this.#current.info;
  }

  get bytesPerSequence(): number {
    return this.#current.bytesPerSequence;
  }

  newSequence(): Sequence {
    return new MovableSequence();
  }

  mostTogether(length: number): number {
    return this.#current.mostTogether(length);
  }

  async forward(sequence: Sequence, tokens: readonly number[], wantedRows: readonly number[]): Promise<Float32Array> {
    if (!(sequence instanceof MovableSequence)) throw new TypeError("the sequence belongs to another model");
    let logits: Float32Array;
    try {
      logits = await this.#run(sequence, tokens, wantedRows);
    } catch (error) {
      // A request that asks too much is refused everywhere alike.
      if (error instanceof LocalghostError || this.#lost) throw error;
      await this.#moveOn(error);
      logits = await this.#run(sequence, tokens, wantedRows);
    }
    sequence.tokens.push(...tokens);
    return logits;
  }

  dispose(): Promise<void> {
    return this.#current.dispose();
  }

  async #run(
    sequence: MovableSequence,
    tokens: readonly number[],
    wantedRows: readonly number[],
  ): Promise<Float32Array> {
    if (sequence.home?.model !== this.#current) {
      // Computed again from its tokens: what the lost device held cannot be read any more.
      sequence.home = { model: this.#current, sequence: this.#current.newSequence() };
      if (sequence.tokens.length > 0) await this.#current.forward(sequence.home.sequence, sequence.tokens, []);
    }
    return this.#current.forward(sequence.home.sequence, tokens, wantedRows);
  }

  async #moveOn(cause: unknown): Promise<void> {
    this.#lost = true;
    const first = this.#current;
    const words = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
    this.#current = await this.#load(l10n.t("The GPU failed during a run, so the CPU took over ({0}).", words));
    await first.dispose().catch(() => undefined);
  }
}
