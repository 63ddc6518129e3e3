/**
 * Token healing: a prompt that ends inside of a word ends with other tokens than the word has, since byte-pair encoding
 * gives each word its own. A model has hardly ever seen those go on with the word's rest. So the last word is taken back
 * from the prompt, and the first tokens are chosen among those that spell it again and may go on beyond it.
 */
import type { MixedLogits } from "./memory/mixture.ts";
import { logSumExp } from "./sampling/logprobs.ts";
import type { Tokenizer } from "./tokenizer/tokenizer.ts";

/** Each costs a run of the model again. Scripts without spaces write whole sentences as one word, of many more. */
const MOST_TOKENS = 8;

/** A prompt without its last word, or its end. */
export interface HealedPrompt {
  readonly ids: number[];
  /** What the generated text has to begin with; empty where healing cannot help. */
  readonly word: string;
}

/** The tokens that a model reads for a prompt. */
export interface PromptTokens extends HealedPrompt {
  /** Those of the text before the cursor alone, without what frames a middle that is asked for. */
  readonly before: readonly number[];
}

/**
 * Takes the last word back from a prompt's tokens; of a long one its last tokens, from the beginning of a character.
 * @param ids the tokens of `prompt`
 */
export function takeLastWord(tokenizer: Tokenizer, prompt: string, ids: number[]): HealedPrompt {
  const wordIds = tokenizer.encode(tokenizer.lastWord(prompt));
  const start = ids.length - wordIds.length;
  // A tokenizer that cuts words in another way than GPT-2's has no border here.
  const isWhole = wordIds.every((id, i) => ids[start + i] === id);
  const taken = wordIds.slice(-MOST_TOKENS);
  while (beginsInside(tokenizer, taken)) taken.shift();
  const word = tokenizer.decode(taken);
  const helps = isWhole && taken.length > 0 && canSpell(tokenizer, word);
  return helps ? { ids: ids.slice(0, ids.length - taken.length), word } : { ids, word: "" };
}

/** Whether the first token begins with the rest of a character: in UTF-8 such bytes are 10xxxxxx. */
function beginsInside(tokenizer: Tokenizer, [first]: readonly number[]): boolean {
  return first !== undefined && ((tokenizer.bytesOf(first)[0] ?? 0) & 0xc0) === 0x80;
}

/** With a token for each byte of it there is a way on from each beginning. */
function canSpell({ byBytes }: Tokenizer, word: string): boolean {
  return new TextEncoder().encode(word).every((byte) => byBytes.has(Uint8Array.of(byte)));
}

/** Leads the first tokens of a text along a given beginning. */
export class Healing {
  readonly #tokenizer: Tokenizer;
  readonly #endOfText: number | undefined;
  /** What is still to be spelled. */
  #rest: Uint8Array;

  /** @param endOfText never chosen on the way, though GPT-2's vocabulary spells it like a text */
  constructor(tokenizer: Tokenizer, endOfText: number | undefined, word: string) {
    this.#tokenizer = tokenizer;
    this.#endOfText = endOfText;
    this.#rest = new TextEncoder().encode(word);
  }

  /**
   * Logits `[vocabulary]` with all tokens ruled out that do not spell the beginning, so that the probabilities of the
   * others sum to 1; the same logits when it is spelled.
   */
  mask(logits: Float32Array): Float32Array {
    if (this.#rest.length === 0) return logits;
    const { byBytes } = this.#tokenizer;
    const masked = new Float32Array(logits.length).fill(-Infinity);
    for (const id of [...byBytes.startingWith(this.#rest), ...byBytes.beginningsOf(this.#rest)]) {
      if (id !== this.#endOfText) masked[id] = logits[id] ?? -Infinity;
    }
    return masked;
  }

  /** The same with the sum that belongs to them. */
  apply<T extends MixedLogits>(given: T): T {
    const logits = this.mask(given.logits);
    return logits === given.logits ? given : { ...given, logits, total: logSumExp(logits) };
  }

  /** Bytes that are still to be spelled. */
  get left(): number {
    return this.#rest.length;
  }

  /** Tells which token was chosen. */
  push(id: number): void {
    this.#rest = this.#rest.subarray(this.#tokenizer.bytesOf(id).length);
  }
}
