/** How often each item occurs. */
export type Counts = ReadonlyMap<string, number>;

/** Stands between the items of an n-gram; no tokenizer here leaves one in a word. */
const BETWEEN = "\n";

/** Runs of `n` items that follow each other, with how often each occurs. */
export function countNgrams(items: readonly string[], n: number): Counts {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= items.length; i++) {
    const ngram = items.slice(i, i + n).join(BETWEEN);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many occurrences the two have in common: the smaller count of each. */
export function overlap(a: Counts, b: Counts): number {
  let common = 0;
  for (const [item, count] of a) common += Math.min(count, b.get(item) ?? 0);
  return common;
}

export function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
