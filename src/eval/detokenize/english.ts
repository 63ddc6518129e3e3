/**
 * Tokenized English as plain text, and back. Language modelling sets were cut into words by scripts; GPT-2 was trained on
 * plain text, and is measured on it (Radford et al. 2019, section 3.1). A sentence becomes plain only if its tokens can
 * be had back from the plain text; else it stays as it is, so that no information is lost.
 */

/** How a set's words were cut. */
export interface TokenizedStyle {
  /** Stand between words without spaces, such as `@-@` for a hyphen. */
  readonly joiners: Readonly<Record<string, string>>;
  /** Whether punctuation was cut off words. */
  readonly punctuation: boolean;
  /** How `doesn't` was cut: `doesn 't` by Moses' script, `does n't` by the Penn Treebank's. */
  readonly negation: "'t" | "n't";
}

export const WIKITEXT: TokenizedStyle = {
  joiners: { "@-@": "-", "@,@": ",", "@.@": "." },
  punctuation: true,
  negation: "'t",
};
export const ONE_BILLION_WORDS: TokenizedStyle = { joiners: {}, punctuation: true, negation: "'t" };
/** The Penn Treebank as Mikolov prepared it has no punctuation left. */
export const PENN_TREEBANK: TokenizedStyle = { joiners: {}, punctuation: false, negation: "n't" };

const CONTRACTION = /^(?:'s|'m|'re|'ve|'d|'ll|'t|n't)$/i;
const NO_SPACE_BEFORE = new Set([",", ".", ";", ":", "!", "?", ")", "]", "}", "%"]);
const NO_SPACE_AFTER = new Set(["(", "[", "{", "$", "£", "€", "#"]);
/** Words that end in a full stop of their own. */
const ABBREVIATION =
  /^(?:\p{L}|(?:\p{L}\.)+\p{L}|Mr|Mrs|Ms|Dr|St|Jr|Sr|No|vs|Lt|Col|Gen|Sgt|Capt|Maj|Cmdr|Adm|Rev|Gov|Sen|Rep|Prof|Inc|Co|Corp|Ltd|Mt|Ft|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|pp?|ca?|etc|cf|al)$/u;

export interface PlainLine {
  readonly text: string;
  /** Sentences, and how many of them had to stay tokenized. */
  readonly sentences: number;
  readonly kept: number;
}

/** A line of tokens between spaces as plain text. */
export function detokenizeLine(line: string, style: TokenizedStyle): PlainLine {
  const sentences = sentencesOf(line.trim().split(/ +/));
  let kept = 0;
  const texts = sentences.map((tokens) => {
    const plain = joinTokens(tokens, style);
    if (tokensOf(plain, style).join(" ") === tokens.join(" ")) return plain;
    kept++;
    return tokens.join(" ");
  });
  return { text: texts.join(" "), sentences: sentences.length, kept };
}

function sentencesOf(tokens: readonly string[]): string[][] {
  const sentences: string[][] = [[]];
  for (const [i, token] of tokens.entries()) {
    sentences.at(-1)?.push(token);
    const next = tokens[i + 1];
    // A quotation mark that closes belongs to the sentence before it, which its number in the line tells.
    if (/^[.!?]$/.test(token) && next !== undefined && /^[\p{Lu}\p{N}(]/u.test(next)) sentences.push([]);
  }
  return sentences;
}

/** Tokens of one sentence as plain text. */
export function joinTokens(tokens: readonly string[], style: TokenizedStyle): string {
  let text = "";
  let glue = true;
  let quoted = false;
  for (const token of tokens) {
    const joiner = style.joiners[token];
    if (joiner !== undefined) {
      text += joiner;
      glue = true;
      continue;
    }
    const closes = token === '"' && quoted;
    const sticks = CONTRACTION.test(token) || closes || (style.punctuation && NO_SPACE_BEFORE.has(token));
    text += (glue || sticks ? "" : " ") + token;
    if (token === '"' && style.punctuation) quoted = !quoted;
    glue = (style.punctuation ? NO_SPACE_AFTER.has(token) : token === "$") || (token === '"' && quoted);
  }
  return text;
}

const MOSES_CONTRACTION = /(?<=[\p{L}>])('(?:s|m|re|ve|d|ll|t))(?![\p{L}\p{N}])/giu;
const PTB_CONTRACTION = /(?<=[\p{L}>])(n't|'(?:s|m|re|ve|d|ll))(?![\p{L}\p{N}])/giu;

/** Plain text of one sentence as tokens: the way back. */
export function tokensOf(text: string, style: TokenizedStyle): string[] {
  const contraction = style.negation === "'t" ? MOSES_CONTRACTION : PTB_CONTRACTION;
  let cut = text.replace(contraction, " $1");
  if (!style.punctuation) return cut.replace(/\$(?=\S)/g, "$ ").split(" ");
  const [hyphen, comma, point] = ["-", ",", "."].map((character) =>
    Object.keys(style.joiners).find((token) => style.joiners[token] === character),
  );
  // Within a word or a number these are joiners; elsewhere they are punctuation.
  if (comma !== undefined) cut = cut.replace(/(?<=\p{N}),(?=\p{N})/gu, ` ${comma} `);
  if (point !== undefined) cut = cut.replace(/(?<=\p{N})\.(?=\p{N})/gu, ` ${point} `);
  if (hyphen !== undefined) cut = cut.replace(/(?<=[^\s-])-(?=[^\s-])/gu, ` ${hyphen} `);
  return cut
    .replace(/(?<![@\p{N}]),|(?<=\p{N}),(?![@\p{N}])/gu, " , ")
    .replace(/["();:!?%$£€#[\]{}]/g, " $& ")
    .split(/ +/)
    .flatMap((word, i, all) =>
      cutFullStop(
        word,
        all.slice(i + 1).every((rest) => /^["')\]]*$/.test(rest)),
      ),
    )
    .filter((token) => token !== "");
}

/** The full stop of a sentence is a token of its own, and that of an abbreviation is not. */
function cutFullStop(word: string, isLast: boolean): string[] {
  const stem = word.slice(0, -1);
  if (!word.endsWith(".") || stem === "" || stem.startsWith("@") || stem.endsWith(".")) return [word];
  return ABBREVIATION.test(stem) && !isLast ? [word] : [stem, "."];
}

/** Text that was only meant to be read: the Penn Treebank's brackets and quotation marks as people write them. */
export function readablePtb(text: string): string {
  const tokens = text.replace(/``|''/g, '"').replace(/-LRB-/g, "(").replace(/-RRB-/g, ")").trim().split(/\s+/);
  return joinTokens(tokens, ONE_BILLION_WORDS);
}
