import { afterTyping, type Candidate } from "./candidate.ts";
import type { Place } from "./place.ts";

/** What is left of the candidates of the last request. */
export interface Rest {
  /** In the order in which the model wrote them. */
  readonly candidates: readonly Candidate[];
  /** Whether all alternatives were asked for, or only one while typing. */
  readonly hasAlternatives: boolean;
}

/**
 * Remembers what the model wrote last, shown or not: as long as the user types just that, its rest is known without
 * another request, and what was too unlikely to be shown becomes likelier with each letter.
 */
export class TypeThrough {
  #last: (Rest & { readonly place: Place }) | undefined;

  remember(place: Place, candidates: readonly Candidate[], hasAlternatives: boolean): void {
    this.#last = { place, candidates, hasAlternatives };
  }

  forget(): void {
    this.#last = undefined;
  }

  /** What is left after what was typed since; `undefined` when something else was typed, or all of them. */
  rest(place: Place): Rest | undefined {
    if (this.#last?.place.documentId !== place.documentId) return undefined;
    const { place: origin, candidates, hasAlternatives } = this.#last;
    if (!place.before.startsWith(origin.before)) return undefined;
    const typed = place.before.slice(origin.before.length);
    const left = candidates
      .filter(({ text }) => text.startsWith(typed) && text.length > typed.length)
      .map((candidate) => afterTyping(candidate, typed.length));
    return left.length > 0 ? { candidates: left, hasAlternatives } : undefined;
  }
}
