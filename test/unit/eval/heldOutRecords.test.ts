import assert from "node:assert/strict";
import { test } from "node:test";
import {
  LANGUAGES,
  type LanguageCode,
  readQuestions,
  readSummaries,
  readTranslations,
  type RecordSet,
} from "../../../bench/tasks/records.ts";

/** Words in a row that count as having been seen: see the records' README. */
const RUN = 8;

function runs(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.flatMap((_, i) => (i + RUN <= words.length ? [words.slice(i, i + RUN).join(" ")] : []));
}

function assertApart<T extends { id: string }>(
  { records, examples }: RecordSet<T>,
  textOf: (record: T) => string,
): void {
  const all = [...records, ...examples];
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const owners = new Map<string, string>();
  for (const record of all) {
    for (const run of runs(textOf(record))) {
      const owner = owners.get(run) ?? record.id;
      assert.equal(owner, record.id, `"${run}" stands in two records`);
      owners.set(run, record.id);
    }
  }
}

test("no example shares words with a summary that is measured", () => {
  const set = readSummaries();
  assert.deepEqual([set.records.length, set.examples.length], [200, 5]);
  assertApart(set, ({ input }) => input);
  for (const { input, output } of set.records) assert.ok(input.length >= 120 && output !== "");
});

test("each question has its answer in its passage, and all kinds are asked for about as often", () => {
  const set = readQuestions();
  assert.deepEqual([set.records.length, set.examples.length], [200, 5]);
  const summaries = new Set(readSummaries().records.map(({ id }) => id));
  for (const { id, input, output } of set.records) {
    assert.ok(input.toLowerCase().includes(output.toLowerCase()), `${id}: ${output}`);
    assert.ok(!summaries.has(id), `${id} is a summary too`);
  }
  const kinds = Map.groupBy(set.records, ({ kind }) => kind);
  assert.equal(kinds.size, 6);
  for (const asked of kinds.values()) assert.ok(asked.length >= 30);
});

for (const code of Object.keys(LANGUAGES) as LanguageCode[]) {
  test(`translations into ${LANGUAGES[code]} are apart from their examples`, () => {
    const set = readTranslations(code);
    assert.equal(set.examples.length, 5);
    assert.ok(set.records.length >= 49);
    assertApart(set, ({ english }) => english);
    for (const { english, translation } of set.records) assert.notEqual(english, translation);
  });
}
