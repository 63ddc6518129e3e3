/**
 * Ids from here on stand for tokens of which a server has told the text alone. They are beyond any vocabulary, so that an
 * engine refuses them.
 */
export const FIRST_STAND_IN = 1 << 24;

/** Whether an id is none of a model's vocabulary, and tells a reader nothing. */
export function isStandIn(id: number): boolean {
  return id >= FIRST_STAND_IN;
}
