/**
 * The tokens by which a model was trained to fill in the middle of a text (Bavarian et al. 2022): the text before and the
 * text after each follow a token that announces it, and a third one asks for what stands between.
 */
export interface MiddleTokens {
  readonly prefix: number;
  readonly suffix: number;
  readonly middle: number;
}

/** How models write them: `<|fim_prefix|>`, StarCoder's `<fim_prefix>`, SantaCoder's `<fim-prefix>`. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => `<|fim_${name}|>`,
  (name) => `<fim_${name}>`,
  (name) => `<fim-${name}>`,
];

/** Finds them among the special tokens of a vocabulary; undefined where a model has none. */
export function findMiddleTokens(
  specialTokens: readonly { readonly id: number; readonly content: string }[],
): MiddleTokens | undefined {
  const ids = new Map(specialTokens.map(({ id, content }) => [content, id]));
  for (const spell of SPELLINGS) {
    const [prefix, suffix, middle] = ["prefix", "suffix", "middle"].map((name) => ids.get(spell(name)));
    if (prefix !== undefined && suffix !== undefined && middle !== undefined) return { prefix, suffix, middle };
  }
  return undefined;
}
