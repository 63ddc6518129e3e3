import type { Place } from "../../../../src/extension/completion/place.ts";

/** The place of the `|` in a text. */
export function markedPlace(marked: string, details: Partial<Place> = {}): Place {
  const cursor = marked.indexOf("|");
  if (cursor === -1) throw new Error(`No cursor in ${JSON.stringify(marked)}.`);
  const [after = "", ...below] = marked.slice(cursor + 1).split("\n");
  return {
    documentId: "file:///sample.ts",
    path: "src/sample.ts",
    languageId: "typescript",
    before: marked.slice(0, cursor),
    after,
    nextLine: below.find((line) => line.trim() !== ""),
    below: below.join("\n"),
    prefersTabs: false,
    ...details,
  };
}
