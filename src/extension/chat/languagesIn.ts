const REQUEST = /^(?:from\s+(?<from>\p{L}+)\s+)?(?:(?:in)?to\s+)?(?<to>(?!(?:in)?to\b|from\b)\p{L}+)\s*[.!]?$/iu;

/**
 * The languages that a request for a translation names: `French`, `to French`, `from German into English`. Undefined
 * where it names none.
 */
export function languagesIn(prompt: string): { readonly to: string; readonly from?: string } | undefined {
  const { from, to } = REQUEST.exec(prompt.trim())?.groups ?? {};
  if (to === undefined) return undefined;
  return from === undefined ? { to } : { to, from };
}
