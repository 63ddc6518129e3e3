/** Where the words of an answer stand in a text. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { findWords } from "../../../src/tasks/findWords.ts";

const PASSAGE =
  "The last keeper, Martha Lund, left in 1968. Its home page is https://lund.example/a-b. The cat saw it.";

const cases: { answer: string; found: string | undefined }[] = [
  { answer: "Martha Lund", found: "Martha Lund" },
  { answer: "martha lund.", found: "Martha Lund" },
  { answer: "in 1968", found: "in 1968" },
  { answer: "https://lund.example/a-b", found: "https://lund.example/a-b" },
  { answer: "art", found: undefined },
  { answer: "Martha Lund was the keeper", found: undefined },
  { answer: "keeper Martha Lund stayed", found: "keeper, Martha Lund" },
  { answer: "it is the one", found: undefined },
  { answer: "The", found: "The" },
  { answer: "", found: undefined },
  { answer: "?!", found: undefined },
];

suite("findWords", () => {
  for (const { answer, found } of cases) {
    test(JSON.stringify(answer), () => {
      const place = findWords(PASSAGE, answer);
      assert.equal(place && PASSAGE.slice(place.start, place.end), found);
    });
  }

  test("the longest match is taken, and of equal ones the first", () => {
    assert.deepEqual(findWords("a cat. the red cat. the red cat", "red cat"), { start: 11, end: 18 });
  });

  test("words without spaces between them are found, too", () => {
    const text = "これは漢字です。";
    const place = findWords(text, "漢字");
    assert.equal(place && text.slice(place.start, place.end), "漢字");
  });
});
