import type { GeneratedToken, GenerateProgress } from "../../shared/protocol.ts";

/**
 * What can be done of token healing from outside of a model. GPT-2's tokens begin with the space before a word, so that a
 * prompt that ends with a space is one that it has hardly ever seen: the space is taken back, and the text must begin with
 * it. A word that is begun cannot be taken back so: nothing would make the server spell it again.
 */
export function takeSpace(prompt: string, heal = false): { prompt: string; isTaken: boolean } {
  const isTaken = heal && prompt.length > 1 && prompt.endsWith(" ");
  return { prompt: isTaken ? prompt.slice(0, -1) : prompt, isTaken };
}

/** Takes the space off a text while it grows. */
export class AfterSpace {
  #state: "waiting" | "begun" | "failed" = "waiting";

  /** The text goes on in another way than the user did. */
  get hasFailed(): boolean {
    return this.#state === "failed";
  }

  /** The token without the space; undefined where it is no part of the text that is wanted. */
  next(progress: GenerateProgress): GenerateProgress | undefined {
    // Half a character cannot be the space.
    if (this.#state === "waiting") this.#state = progress.text.startsWith(" ") ? "begun" : "failed";
    else if (this.#state === "begun") return progress;
    if (this.#state === "failed") return undefined;
    return { ...progress, text: progress.text.slice(1), token: withoutSpace(progress.token) };
  }
}

/** A whole text without the space; empty where it does not begin with it. */
export function afterSpace<T extends { text: string; tokens: GeneratedToken[] }>(written: T): T {
  if (!written.text.startsWith(" ")) return { ...written, text: "", tokens: [] };
  const [first, ...others] = written.tokens;
  return { ...written, text: written.text.slice(1), tokens: first ? [withoutSpace(first), ...others] : [] };
}

function withoutSpace(token: GeneratedToken): GeneratedToken {
  return { ...token, text: token.text.replace(/^ /, "") };
}
