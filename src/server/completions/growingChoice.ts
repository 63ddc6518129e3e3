import type { GeneratedToken, GenerateProgress } from "../../shared/protocol.ts";
import type { Choice, FinishReason } from "./choice.ts";
import type { Finished } from "./generateTexts.ts";
import { codePoints, type DescribedToken, describeTokens } from "./logprobs.ts";

interface Piece {
  readonly text: string;
  readonly tokens: readonly DescribedToken[];
}

/** Tells of a text while it is generated, so that what was told is always a beginning of the whole. */
export class GrowingChoice {
  readonly #index: number;
  readonly #withLogprobs: boolean;
  readonly #onPiece: (piece: Choice) => void;
  /** Code points of the tokens that were told. */
  #offset = 0;
  /** UTF-16 units of generated text that were told. */
  #told = 0;
  #toldTokens = 0;
  /** Tokens of text that a stop string could still take back. */
  #held: GeneratedToken[] = [];
  /** Where in the generated text the first token that is held begins, in UTF-16 units. */
  #heldFrom = 0;

  /** @param onPiece told of what is new */
  constructor(index: number, withLogprobs: boolean, onPiece: (piece: Choice) => void) {
    this.#index = index;
    this.#withLogprobs = withLogprobs;
    this.#onPiece = onPiece;
  }

  /** What stands before the generated text. */
  begin(echo: Piece): void {
    if (echo.text !== "") this.#tell(echo, null);
  }

  push({ token, text }: GenerateProgress): void {
    this.#told += text.length;
    this.#held.push(token);
    const tokens: GeneratedToken[] = [];
    for (let [first] = this.#held; first && this.#heldFrom < this.#told; [first] = this.#held) {
      this.#held.shift();
      this.#heldFrom += first.text.length;
      tokens.push(first);
    }
    this.#toldTokens += tokens.length;
    if (text !== "" || tokens.length > 0) this.#tell({ text, tokens }, null);
  }

  /** Tells the rest, once the whole is known. */
  end({ text, tokens }: Finished, finishReason: FinishReason): void {
    this.#tell({ text: text.slice(this.#told), tokens: tokens.slice(this.#toldTokens) }, finishReason);
  }

  #tell({ text, tokens }: Piece, finishReason: Choice["finish_reason"]): void {
    const logprobs = this.#withLogprobs ? describeTokens(tokens, this.#offset) : null;
    for (const token of tokens) this.#offset += codePoints(token.text);
    this.#onPiece({ text, index: this.#index, logprobs, finish_reason: finishReason });
  }
}
