import type {
  FinishReason,
  GeneratedToken,
  GenerateParams,
  GenerateProgress,
  GenerateResult,
} from "../shared/protocol.ts";
import { StopStrings } from "./stopStrings.ts";
import type { StreamDecoder, Tokenizer } from "./tokenizer/tokenizer.ts";

/** A text that grows by a token at a time, until a stop string, the end-of-text token or `maxTokens` ends it. */
export class GrowingText {
  readonly tokens: GeneratedToken[] = [];
  /** Absent while the text grows. */
  finishReason: FinishReason | undefined;
  readonly #maxTokens: number;
  readonly #endOfText: number | undefined;
  readonly #decoder: StreamDecoder;
  readonly #stops: StopStrings;
  #text = "";
  /** Characters that are still to come and stand in the prompt already. */
  #healed: number;

  /**
   * @param endOfText the id that ends a text, or undefined where none does
   * @param healed so many characters at the beginning spell the end of the prompt again, and are left out
   */
  constructor(
    { maxTokens, stop = [], ignoreEndOfText = false }: GenerateParams,
    tokenizer: Tokenizer,
    endOfText: number | undefined,
    healed = 0,
  ) {
    this.#healed = healed;
    this.#maxTokens = maxTokens;
    this.#endOfText = ignoreEndOfText ? undefined : endOfText;
    this.#decoder = tokenizer.streamDecoder();
    this.#stops = new StopStrings(stop);
  }

  /** A method, since it changes with each {@link push}. */
  hasEnded(): boolean {
    return this.finishReason !== undefined;
  }

  /** The most that may still come. */
  get tokensLeft(): number {
    return this.#maxTokens - this.tokens.length;
  }

  /** Adds what the model chose. Returns what to report of it: nothing for the token that ends a text. */
  push(choice: GeneratedToken): GenerateProgress | undefined {
    if (choice.id === this.#endOfText) {
      this.finishReason = "endOfText";
      return undefined;
    }
    const decoded = this.#decoder.push(choice.id);
    const token: GeneratedToken = { ...choice, text: decoded.slice(this.#healed) };
    this.#healed = Math.max(0, this.#healed - decoded.length);
    const { text, stopped } = this.#stops.push(token.text);
    this.#text += text;
    this.tokens.push(token);
    if (stopped) this.finishReason = "stop";
    else if (this.tokens.length >= this.#maxTokens) this.finishReason = "length";
    return { token, text };
  }

  /** The whole, when it has ended. */
  finish(): Pick<GenerateResult, "text" | "tokens" | "finishReason"> {
    const { finishReason = "length" } = this;
    if (finishReason !== "stop") {
      const rest = this.#decoder.end().slice(this.#healed);
      this.#text += this.#stops.push(rest).text + this.#stops.end();
    }
    return { text: this.#text, tokens: tokensWithin(this.tokens, this.#text.length), finishReason };
  }
}

/** The tokens that the first `length` characters came from; the last may reach past them. */
function tokensWithin(tokens: readonly GeneratedToken[], length: number): GeneratedToken[] {
  let position = 0;
  return tokens.filter((token) => {
    const begins = position;
    position += token.text.length;
    return begins < length || (begins === length && token.text === "");
  });
}
