import type { Place } from "./place.ts";

/** So many offers in a row that the user did not want make the gate stricter, step by step. */
const PATIENCE = 3;
const STEP = 0.05;
const MOST = 0.25;

/**
 * Watches what becomes of what is shown unasked, and speaks less after several dismissals. Nothing of it is kept: one
 * text that is taken, or a new window, and it is forgotten.
 */
export class BackOff {
  #shown: { readonly place: Place; readonly text: string } | undefined;
  #dismissals = 0;

  /** What the least probability of what is shown is raised by, from 0 to {@link MOST}. */
  get strictness(): number {
    return Math.min(MOST, STEP * Math.max(0, this.#dismissals - PATIENCE + 1));
  }

  /** Notes where the user is now, and what is shown there; undefined: nothing. */
  observe(place: Place, text: string | undefined): void {
    const outcome = this.#outcome(place);
    if (outcome === "taken") this.#dismissals = 0;
    else if (outcome === "dismissed") this.#dismissals++;
    // The rest of a text that is being typed is no new one.
    if (outcome === "pending") return;
    this.#shown = text === undefined ? undefined : { place, text };
  }

  #outcome(place: Place): "none" | "pending" | "taken" | "dismissed" {
    if (!this.#shown) return "none";
    const { place: origin, text } = this.#shown;
    // Another document, or another line: the user went away, which says nothing of the text.
    if (origin.documentId !== place.documentId || !place.before.startsWith(origin.before)) return "none";
    const typed = place.before.slice(origin.before.length);
    if (typed.startsWith(text)) return "taken";
    return text.startsWith(typed) ? "pending" : "dismissed";
  }
}
