/**
 * Draws some of the records of a stream, each as likely as any other (Vitter 1985), and keeps them in their order.
 * @param limit all when absent
 * @returns each with its place in the stream, from 0
 */
export async function sample<T>(
  records: AsyncIterable<T>,
  limit: number | undefined,
  random: () => number,
): Promise<{ readonly index: number; readonly record: T }[]> {
  const drawn: { index: number; record: T }[] = [];
  let index = 0;
  for await (const record of records) {
    if (limit === undefined || drawn.length < limit) drawn.push({ index, record });
    else {
      const lot = Math.floor(random() * (index + 1));
      if (lot < limit) drawn[lot] = { index, record };
    }
    index++;
  }
  return drawn.sort((a, b) => a.index - b.index);
}
