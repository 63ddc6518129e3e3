/** Texts that no good model would write, at places that no one would choose. */
import fc from "fast-check";
import type { GeneratedText } from "../../src/extension/completion/completer.ts";
import type { WrittenToken } from "../../src/extension/completion/candidate.ts";
import { checkPosition } from "./checkPosition.ts";
import { type EditPosition, editPositions } from "./editPositions.ts";
import { editedFiles } from "./files.ts";
import { describe } from "./rules.ts";

const WINDOW = 600;
const files = editedFiles();

/** What a token says: a text, or what stands after the cursor, again. */
type Piece = string | { readonly echoes: readonly [from: number, length: number] };

/** What is known to go wrong, and anything else. */
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...Array.from("()[]{}<>\"'`;,: \n\t=.\\")) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...["  ", "\n  ", "\n    ", "\n\t", "\r\n", "\n\n", "\u00a0", "\t\t", "\n }", ");", "});", "\n}\n"],
    ),
  },
  { weight: 6, arbitrary: fc.constantFrom("return", " value", "foo", "if (a) {", "x", "1") },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...["\ufffd", "\ud83d", "\udc69", "👩‍👩‍👧", "\u200d", "\u0301", "e\u0301", "ש", "\ufe0f", "🏽", "\u202e", "🇩🇪"],
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 5 }) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.oneof(fc.constant(0), fc.nat(40)), fc.nat(120)).map((echoes) => ({ echoes })),
  },
);

const cases = fc.record({
  file: fc.nat(files.length - 1),
  seed: fc.integer(),
  pieces: fc.array(fc.tuple(piece, fc.constantFrom(0, -0.01, -0.2, -1, -5)), { maxLength: 24 }),
  ended: fc.constantFrom<GeneratedText["ended"]>("stop", "length"),
});

/** Holds if no offer of such a text breaks a rule. */
export const hostileTexts = fc.asyncProperty(cases, async ({ file, seed, pieces, ended }) => {
  const position = positionIn(file, seed);
  const tokens = pieces.map(([said, logprob]) => ({ text: textOf(said, position), logprob }));
  const written: GeneratedText = { text: tokens.map(({ text }) => text).join(""), tokens, ended };
  const { violations } = await checkPosition(position, () => Promise.resolve({ ...written, others: [written] }));
  if (violations.length > 0) throw new Error(violations.map(describe).join("\n"));
});

function positionIn(file: number, seed: number): EditPosition {
  const chosen = files[file];
  const [position] = chosen ? editPositions(chosen, 1, WINDOW, seed) : [];
  if (!position) throw new Error("There is no such file.");
  return position;
}

function textOf(said: Piece, { after }: EditPosition): WrittenToken["text"] {
  if (typeof said === "string") return said;
  const [from, length] = said.echoes;
  return after.slice(from, from + length);
}
