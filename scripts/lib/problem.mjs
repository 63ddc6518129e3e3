/** A failure that one sentence explains: it is shown without a stack. */
export class Problem extends Error {}

/**
 * What to print for an error that nobody caught.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function describe(error) {
  if (error instanceof Problem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * The message of anything thrown, on one line.
 *
 * @param {unknown} error
 */
export function messageOf(error) {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
