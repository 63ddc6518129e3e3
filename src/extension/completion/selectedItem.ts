import type { Place } from "./place.ts";

/** The item that is selected in VS Code's suggest widget, and the text that it would replace around the cursor. */
export interface SelectedItem {
  readonly text: string;
  /** What was typed of it: the text before the cursor that it replaces. */
  readonly typed: string;
  /** How many characters after the cursor it replaces. */
  readonly replacesAfter: number;
}

/** The place as it would be once the item was taken: ghost text goes on from there. */
export function afterTaking({ text, typed, replacesAfter }: SelectedItem, place: Place): Place {
  const kept = place.before.slice(0, place.before.length - typed.length);
  return {
    ...place,
    before: kept + text.replaceAll("\r\n", "\n"),
    after: place.after.slice(replacesAfter),
  };
}
