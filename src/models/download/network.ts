/** How requests reach the network, with the token for the hub alone. */

/** The web's `fetch`. VS Code hands in its own, which applies `http.proxy` and its certificates. */
export type Fetch = typeof globalThis.fetch;

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
