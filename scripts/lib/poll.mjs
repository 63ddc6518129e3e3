import { setTimeout as wait } from "node:timers/promises";

/**
 * Reads a value again and again until it is the wanted one.
 *
 * @template T
 * @param {() => T | Promise<T>} read
 * @param {(value: T) => boolean} isWanted
 * @param {string} what Named in the error, as in "ghost text".
 * @param {number} [limit] In milliseconds.
 * @returns {Promise<T>}
 */
export async function poll(read, isWanted, what, limit = 20_000) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > end) throw new Error(`Waited ${limit / 1000} s for ${what}; last seen: ${JSON.stringify(value)}`);
    await wait(50);
  }
}
