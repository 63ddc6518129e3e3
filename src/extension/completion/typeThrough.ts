import type { Place } from "./place.ts";

/** Remembers what was offered last, so that typing its first letters goes on showing the rest. */
export class TypeThrough {
  #shown: { readonly place: Place; readonly text: string } | undefined;

  remember(place: Place, text: string): void {
    this.#shown = { place, text };
  }

  forget(): void {
    this.#shown = undefined;
  }

  /** What is left of the last offer after what was typed since; `undefined` when something else was typed, or all of it. */
  rest(place: Place): string | undefined {
    if (this.#shown?.place.documentId !== place.documentId) return undefined;
    const { place: origin, text } = this.#shown;
    if (!place.before.startsWith(origin.before)) return undefined;
    const typed = place.before.slice(origin.before.length);
    return text.startsWith(typed) && text.length > typed.length ? text.slice(typed.length) : undefined;
  }
}
