import type { Offer } from "./fit.ts";
import type { Place } from "./place.ts";

/** Remembers what was offered last, to tell that it was taken: then there is no pause in typing to wait for. */
export class LastOffer {
  #offered: { readonly place: Place; readonly texts: readonly string[] } | undefined;

  remember(place: Place, offers: readonly Offer[]): void {
    this.#offered = { place, texts: offers.map(({ text }) => text) };
  }

  /** Whether the cursor stands right behind a text that was offered. */
  wasTaken({ documentId, before }: Place): boolean {
    if (this.#offered?.place.documentId !== documentId) return false;
    const { place, texts } = this.#offered;
    return texts.some((text) => before === place.before + text);
  }
}
