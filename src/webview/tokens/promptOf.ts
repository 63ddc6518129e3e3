import { MOST_PROMPT_IDS } from "../../shared/playgroundMessages.ts";
import type { PlacedToken } from "./placeTokens.ts";

/** What a text is continued from: text that is yet to be read as tokens, then tokens. */
export interface TokenizedPrompt {
  readonly prompt: string;
  readonly promptIds: readonly number[];
  readonly promptIdsText: string;
}

/**
 * The prompt that makes the model go on after a text. A text that was generated may be read as other tokens than it was
 * written in, which would be another prompt with no cache: the tokens that are known stand for it.
 */
export function promptOf(text: string, placed: readonly PlacedToken[]): TokenizedPrompt {
  const [first] = placed;
  const last = placed.at(-1);
  const isWhole = first && last?.end === text.length && isUncut(last) && areAdjacent(placed);
  const areTooMany = placed.length > MOST_PROMPT_IDS;
  if (!isWhole || areTooMany) return { prompt: text, promptIds: [], promptIdsText: "" };
  const promptIds = placed.map(({ token }) => token.id);
  return { prompt: text.slice(0, first.start), promptIds, promptIdsText: text.slice(first.start) };
}

/** The prompt that ends before a token and goes on with another in its place. */
export function promptOfBranch(
  text: string,
  placed: readonly PlacedToken[],
  index: number,
  choice: { readonly id: number; readonly text: string },
): TokenizedPrompt | undefined {
  const [first] = placed;
  const here = placed[index];
  if (!first || !here) return undefined;
  const kept = placed.slice(0, index).map(({ token }) => token.id);
  return {
    prompt: text.slice(0, first.start),
    promptIds: [...kept, choice.id],
    promptIdsText: text.slice(first.start, here.start) + choice.text,
  };
}

/** A stop string may end a text within a token. */
function isUncut({ token, start, end }: PlacedToken): boolean {
  return token.text.length <= end - start;
}

function areAdjacent(placed: readonly PlacedToken[]): boolean {
  return placed.every(({ start }, i) => {
    const before = placed[i - 1];
    return !before || start === before.end || start === before.start;
  });
}
