import type { PlaygroundToken } from "../../../src/shared/playgroundMessages.ts";

/** Tokens with these texts, each with a probability and one alternative. */
export function tokensFor(...texts: readonly string[]): PlaygroundToken[] {
  return texts.map((text, i) => ({
    id: i + 1,
    text,
    logprob: Math.log(0.5),
    rank: 1,
    top: [
      { id: i + 1, text, logprob: Math.log(0.5) },
      { id: 100 + i, text: `${text}!`, logprob: Math.log(0.25) },
    ],
  }));
}
