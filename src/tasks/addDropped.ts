import type { Dropped } from "./task.ts";

/** What several prompts for one input did without: the most examples and turns of any, the characters of all. */
export function addDropped(a: Dropped, b: Dropped): Dropped {
  return {
    examples: Math.max(a.examples, b.examples),
    turns: Math.max(a.turns, b.turns),
    characters: a.characters + b.characters,
  };
}
