import { findMatches, type SearchBounds, tokenAfter, type Wall } from "../../../../src/engine/memory/matches.ts";
import type { Memory } from "../../../../src/engine/memory/memory.ts";
import type { IndexedFile, TokenIndex } from "../../../../src/engine/memory/tokenIndex.ts";
import { loadTokenizer } from "../../../../src/engine/tokenizer/loadTokenizer.ts";
import { nanoFolder } from "../../../helpers/fixtures.ts";

export const tokenizer = loadTokenizer(nanoFolder);

/** All matches there are. */
export const EVERYTHING: SearchBounds = { matches: Infinity, steps: Infinity };

/** Does the whole of a piece of work at once. */
export function finish(work: Generator<void, void>): void {
  while (work.next().done !== true);
}

/** The tokens of a file as the index has them. */
export function streamOf(index: TokenIndex, file: IndexedFile): number[] {
  return [...index.chunksOf(file)].flatMap((chunk) => [...index.store.tokensOf(chunk)]);
}

/** Every match, by file and position in it, in an order of its own. */
export function matchesIn({ index }: Memory, context: readonly number[], wall?: Wall): string[] {
  return findMatches(index, context, wall, EVERYTHING)
    .map(({ length, chunk, offset, next }) => {
      const file = index.fileOf(chunk);
      let position = offset;
      if (file) {
        for (const before of index.chunksOf(file)) {
          if (before === chunk) break;
          position += index.store.tokensOf(before).length;
        }
      }
      if (tokenAfter(index, chunk, offset) !== next)
        throw new Error("a match names another token than what follows it");
      return `${file?.path ?? "?"} ${position} ${length} ${next}`;
    })
    .toSorted();
}

/** A place in a file, in tokens, that no match may reach across. */
export interface Cursor {
  path: string;
  position: number;
}

/** What {@link matchesIn} must find, token by token. */
export function matchesByHand(
  files: ReadonlyMap<string, string>,
  context: readonly number[],
  { least, most, cursor }: { least: number; most: number; cursor?: Cursor },
): string[] {
  const found: string[] = [];
  for (const [path, text] of files) {
    const tokens = tokenizer.encode(text);
    const position = cursor?.path === path ? cursor.position : undefined;
    for (let end = 0; end + 1 < tokens.length; end++) {
      if (position === end + 1) continue;
      const first = position !== undefined && end >= position ? position : 0;
      const limit = Math.min(most, end + 1 - first, context.length);
      let length = 0;
      while (length < limit && tokens[end - length] === context[context.length - 1 - length]) length++;
      if (length >= least) found.push(`${path} ${end} ${length} ${tokens[end + 1] ?? -1}`);
    }
  }
  return found.toSorted();
}
