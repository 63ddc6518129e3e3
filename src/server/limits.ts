/** Bounds on what clients can make the server keep, and for how long. */
export interface ServerLimits {
  readonly bodyBytes: number;
  /** Requests that are answered or wait for the engine, which answers one after the other. */
  readonly requests: number;
  readonly connections: number;
  /** The longest that a client may take for all headers, and for a whole request. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long connections may stay open when the server stops, after what they wait for was cancelled. */
  readonly closeMs: number;
}

export const LIMITS: ServerLimits = {
  bodyBytes: 2 ** 20,
  requests: 16,
  connections: 64,
  headersMs: 10_000,
  requestMs: 30_000,
  closeMs: 2_000,
};
