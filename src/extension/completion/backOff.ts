import type { Place } from "./place.ts";

/** So many offers in a row that the user did not want make the gate stricter, step by step. */
const PATIENCE = 3;
const STEP = 0.05;
const MOST = 0.25;

/** Ghost text as it was shown unasked. */
export interface Shown {
  readonly text: string;
  /** That it is right, as the gate's weights have it. */
  readonly probability: number;
}

/** What became of a text that was shown: it was taken or typed to its end, or something else was typed. */
export interface Verdict {
  readonly probability: number;
  readonly wasTaken: boolean;
}

/**
 * Watches what becomes of what is shown unasked, and speaks less after several dismissals. This is for the moment: one
 * text that is taken, or a new window, and it is forgotten.
 */
export class BackOff {
  #last: (Shown & { readonly place: Place }) | undefined;
  #dismissals = 0;

  /** What the least probability of what is shown is raised by, from 0 to {@link MOST}. */
  get strictness(): number {
    return Math.min(MOST, STEP * Math.max(0, this.#dismissals - PATIENCE + 1));
  }

  /**
   * Notes where the user is now, and what is shown there; undefined: nothing.
   * @returns what became of the text before, once that is known
   */
  observe(place: Place, shown: Shown | undefined): Verdict | undefined {
    const last = this.#last;
    const outcome = this.#outcome(place);
    // The rest of a text that is being typed is no new one.
    if (outcome === "pending") return undefined;
    this.#last = shown && { ...shown, place };
    if (!last || outcome === "none") return undefined;
    const wasTaken = outcome === "taken";
    this.#dismissals = wasTaken ? 0 : this.#dismissals + 1;
    return { probability: last.probability, wasTaken };
  }

  #outcome(place: Place): "none" | "pending" | "taken" | "dismissed" {
    if (!this.#last) return "none";
    const { place: origin, text } = this.#last;
    // Another document, or another line: the user went away, which says nothing of the text.
    if (origin.documentId !== place.documentId || !place.before.startsWith(origin.before)) return "none";
    const typed = place.before.slice(origin.before.length);
    if (typed.startsWith(text)) return "taken";
    return text.startsWith(typed) ? "pending" : "dismissed";
  }
}
