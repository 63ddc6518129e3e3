/**
 * JSON.parse, whose result the caller has to name a type for.
 *
 * @param {string} text
 * @returns {unknown}
 */
export function parseJson(text) {
  return JSON.parse(text);
}
