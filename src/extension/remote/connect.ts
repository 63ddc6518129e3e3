import { readEndpoint, type Endpoint } from "./endpoint.ts";
import { askOffers, type Offers } from "./offers.ts";
import { ServerConnection } from "./serverConnection.ts";

/** What the settings say of the server. */
export interface RemoteSettings {
  readonly endpoint: string;
  /** The model's name there; empty: its first. */
  readonly model: string;
  readonly timeoutMs: number;
}

/** What a server is reached with, beside the settings. */
export interface RemoteReach {
  /** The token for an origin, if there is one. */
  readonly token: (origin: string) => PromiseLike<string | undefined>;
  readonly fetch: typeof fetch;
}

export interface Connected {
  readonly endpoint: Endpoint;
  readonly connection: ServerConnection;
  readonly offers: Offers;
}

/**
 * Asks the server of the settings what it can do.
 * @throws RemoteError, or LocalghostError `invalidRequest` for an address that is none
 */
export async function connect(
  { endpoint: address, model, timeoutMs }: RemoteSettings,
  { token, fetch }: RemoteReach,
  signal: AbortSignal,
): Promise<Connected> {
  const endpoint = readEndpoint(address);
  const connection = new ServerConnection({ endpoint, token: await token(endpoint.origin), timeoutMs, fetch });
  return { endpoint, connection, offers: await askOffers(connection, model, signal) };
}
