/**
 * The first records of a set as examples for prompts, and the others to measure on: no record is asked for that stands in
 * a prompt.
 */
export async function takeExamples<T>(
  records: AsyncIterable<T>,
  count: number,
): Promise<{ readonly examples: readonly T[]; readonly rest: AsyncIterable<T> }> {
  const iterator = records[Symbol.asyncIterator]();
  const examples: T[] = [];
  while (examples.length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    examples.push(next.value);
  }
  return { examples, rest: { [Symbol.asyncIterator]: () => iterator } };
}
