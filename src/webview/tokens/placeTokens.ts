import type { PlaygroundToken } from "../../shared/playgroundMessages.ts";

/** A token and where in a text it stands, in UTF-16 code units. */
export interface PlacedToken {
  readonly token: PlaygroundToken;
  readonly start: number;
  readonly end: number;
  /** Whether the model wrote it. */
  readonly isGenerated: boolean;
}

/** Stands in a token's text for bytes that are no whole character. */
const PARTIAL = "\uFFFD";

/**
 * Finds where tokens stand in the text that they are the tokens of. Several can share one character: each of them then
 * covers all of it. What reaches past the text, as after a stop string, is cut or left out.
 */
export function placeTokens(
  text: string,
  tokens: readonly PlaygroundToken[],
  start: number,
  isGenerated: boolean,
): PlacedToken[] {
  const placed: PlacedToken[] = [];
  let position = start;
  for (let i = 0; i < tokens.length;) {
    const token = tokens[i];
    if (!token) break;
    if (!isPartial(token, text, position)) {
      const end = Math.min(text.length, position + token.text.length);
      if (position >= text.length) break;
      placed.push({ token, start: position, end, isGenerated });
      position = end;
      i++;
      continue;
    }
    const next = endOfPartial(text, tokens, i, position);
    for (const part of tokens.slice(i, next.index)) {
      placed.push({ token: part, start: position, end: next.position, isGenerated });
    }
    position = next.position;
    i = next.index;
  }
  return placed;
}

/** The tokens that a change of the text leaves as they were: those before it, since each depends on what precedes it. */
export function keepPrefix(placed: readonly PlacedToken[], before: string, after: string): readonly PlacedToken[] {
  if (before === after) return placed;
  const limit = Math.min(before.length, after.length);
  let same = 0;
  while (same < limit && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  // A token that ends where the change begins might have become another one.
  const changed = placed.findIndex(({ end }) => end > same || (end === same && same < after.length));
  return changed === -1 ? placed : placed.slice(0, changed);
}

/** The token at a place in the text, by halving; the last one at its end. */
export function tokenAt(placed: readonly PlacedToken[], offset: number): number | undefined {
  let low = 0;
  let high = placed.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  const found = placed[low];
  return found && found.start <= offset && offset <= found.end ? low : undefined;
}

function isPartial({ text: own }: PlaygroundToken, text: string, position: number): boolean {
  if (own === "") return true;
  return own.includes(PARTIAL) && !text.startsWith(own, position);
}

/** Where the characters end that a run of partial tokens makes up: where the next whole token stands. */
function endOfPartial(
  text: string,
  tokens: readonly PlaygroundToken[],
  from: number,
  position: number,
): { readonly index: number; readonly position: number } {
  let index = from;
  let least = position;
  while (index < tokens.length) {
    const token = tokens[index];
    if (!token || !isPartial(token, text, least)) break;
    index++;
  }
  const next = tokens[index];
  // In a stream the last of the tokens carries the whole character, and those before it nothing.
  const isStream = tokens[from]?.text === "";
  if (isStream && next) return { index: index + 1, position: Math.min(text.length, position + next.text.length) };
  if (!next) return { index, position: text.length };
  least = text.indexOf(next.text, position + ((text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1));
  return { index, position: least === -1 ? text.length : least };
}
