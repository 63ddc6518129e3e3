/** How requests reach the network: directly or through a proxy, with the token for the hub alone. */
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { LocalghostError } from "../../shared/errors.ts";

/** The web's `fetch`. VS Code hands in its own, which applies `http.proxy` and its certificates. */
export type Fetch = typeof globalThis.fetch;

/**
 * A fetch that goes through a proxy: the one given, with `user:password@` where it wants that, or those that
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.
 * @throws LocalghostError `invalidRequest` for a proxy that is no address
 */
export function fetchThroughProxy(proxy: string | undefined): Fetch {
  if (proxy !== undefined && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? "")) {
    throw new LocalghostError("invalidRequest", `"${proxy}" is no proxy: write http://host:port.`);
  }
  const dispatcher = new EnvHttpProxyAgent({
    ...(proxy === undefined ? {} : { httpProxy: proxy, httpsProxy: proxy, noProxy: "" }),
    connect: { timeout: 15_000 },
  });
  // The same interface, declared once by Node's types and once by undici's.
  return ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher })) as unknown as Fetch;
}

/** Adds the token to requests to the hub itself; a redirect or a link to another host never sees it. */
export function withToken(fetch: Fetch, endpoint: string, token: string | undefined): Fetch {
  if (token === undefined || token === "") return fetch;
  const { origin } = new URL(endpoint);
  return (input, init) => {
    const headers = new Headers(init?.headers);
    if (new URL(input instanceof Request ? input.url : input).origin === origin) {
      headers.set("authorization", `Bearer ${token}`);
    }
    return fetch(input, { ...init, headers });
  };
}
