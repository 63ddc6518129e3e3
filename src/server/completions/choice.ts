import type { Logprobs } from "./logprobs.ts";

/** OpenAI's two words for why a text ended; a token that ends texts is a `stop`, too. */
export type FinishReason = "stop" | "length";

/** A text that was generated, or what is new of it. */
export interface Choice {
  text: string;
  /** Prompts one after the other, each with its `n` texts. */
  index: number;
  logprobs: Logprobs | null;
  /** Null while the text goes on. */
  finish_reason: FinishReason | null;
}

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}
