import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { adjustRange, type TextChange } from "../../../../src/extension/actions/trackedRange.ts";

/** Edits of a text around and inside the range from 10 to 20, and where that stands then. */
const cases: readonly [what: string, changes: readonly TextChange[], expected: [number, number] | undefined][] = [
  ["before it", [{ offset: 0, removed: 2, inserted: 5 }], [13, 23]],
  ["typed at its start", [{ offset: 10, removed: 0, inserted: 3 }], [13, 23]],
  ["typed at its end", [{ offset: 20, removed: 0, inserted: 3 }], [10, 20]],
  ["after it", [{ offset: 25, removed: 5, inserted: 1 }], [10, 20]],
  ["inside it", [{ offset: 12, removed: 3, inserted: 1 }], [10, 18]],
  ["over its start", [{ offset: 5, removed: 10, inserted: 2 }], [7, 12]],
  ["over its end", [{ offset: 15, removed: 10, inserted: 2 }], [10, 15]],
  ["its last characters", [{ offset: 15, removed: 5, inserted: 0 }], [10, 15]],
  ["typed over", [{ offset: 10, removed: 10, inserted: 4 }], [10, 14]],
  ["deleted", [{ offset: 10, removed: 10, inserted: 0 }], undefined],
  ["swallowed", [{ offset: 9, removed: 12, inserted: 40 }], undefined],
  [
    "several at once, in any order",
    [
      { offset: 0, removed: 0, inserted: 4 },
      { offset: 12, removed: 1, inserted: 0 },
      { offset: 30, removed: 3, inserted: 0 },
    ],
    [14, 23],
  ],
];

suite("a tracked range", () => {
  for (const [what, changes, expected] of cases) {
    test(what, () => {
      const range = expected && { start: expected[0], end: expected[1] };
      assert.deepEqual(adjustRange({ start: 10, end: 20 }, changes), range);
    });
  }

  test("a cursor is pushed by what is typed there", () => {
    const typed = { offset: 10, removed: 0, inserted: 3 };
    assert.deepEqual(adjustRange({ start: 10, end: 10 }, [typed]), { start: 13, end: 13 });
  });

  test("keeps to its text while others are edited", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
    fc.assert(
      fc.property(word, word, word, word, fc.boolean(), (before, after, removed, inserted, isBefore) => {
        const piece = "THE PIECE";
        const text = isBefore ? removed + before + piece + after : before + piece + after + removed;
        const start = text.indexOf(piece);
        const offset = isBefore ? 0 : text.length - removed.length;
        const edited = text.slice(0, offset) + inserted + text.slice(offset + removed.length);
        const change = { offset, removed: removed.length, inserted: inserted.length };
        const range = adjustRange({ start, end: start + piece.length }, [change]);
        assert.ok(range);
        assert.equal(edited.slice(range.start, range.end), piece);
      }),
    );
  });
});
