/** Several continuations of one text that share what they begin with. */
export interface TokenTree {
  readonly tokens: readonly number[];
  /** For each token the index of the one before it, which stands earlier in the list; {@link ROOT} where that is the text. */
  readonly parents: readonly number[];
}

/** The parent of a token that follows the text itself. */
export const ROOT = -1;

/** How many tokens of the tree stand before each: 0 for one that follows the text itself. */
export function depths({ parents }: TokenTree): number[] {
  const depths: number[] = [];
  for (const parent of parents) depths.push(parent === ROOT ? 0 : (depths[parent] ?? NaN) + 1);
  return depths;
}
