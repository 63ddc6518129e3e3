/** Who waits longer for ghost text has typed on. */
const MOST_WAITING_MS = 800;
/** A few words are worth having from the slowest model. */
const LEAST_TOKENS = 8;

/** How many tokens a model writes while somebody waits; undefined as long as its speed is not known. */
export function tokensInTime(msPerToken: number | undefined): number | undefined {
  if (msPerToken === undefined) return undefined;
  return Math.max(LEAST_TOKENS, Math.floor(MOST_WAITING_MS / msPerToken));
}
