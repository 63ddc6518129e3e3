import type { Place } from "../../src/extension/completion/place.ts";
import { windowText } from "../../src/extension/completion/prompt.ts";

const NEXT_LINE_REACH = 10;

/** The place at the end of `before`, as src/extension/documents.ts finds it in an editor. */
export function placeInText(
  { path, language, before, after }: { path: string; language: string; before: string; after: string },
  windowLength: number,
): Place {
  const [rest = "", ...below] = after.split("\n", NEXT_LINE_REACH + 1);
  return {
    documentId: path,
    path,
    languageId: language,
    before: windowText((start, end) => before.slice(start, end), before.length, windowLength),
    after: rest,
    nextLine: below.find((line) => line.trim() !== ""),
    below: below.join("\n"),
    prefersTabs: false,
  };
}
