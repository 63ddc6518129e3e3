/** How the command line reaches the network; VS Code has a fetch of its own. */
import * as l10n from "@vscode/l10n";
import { EnvHttpProxyAgent, fetch as undiciFetch } from "undici";
import { LocalghostError } from "../../shared/errors.ts";
import type { Fetch } from "./network.ts";

/**
 * A fetch that goes through a proxy: the one given, with `user:password@` where it wants that, or those that
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY name.
 * @throws LocalghostError `invalidRequest` for a proxy that is no address
 */
export function fetchThroughProxy(proxy: string | undefined): Fetch {
  if (proxy !== undefined && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? "")) {
    throw new LocalghostError("invalidRequest", l10n.t('"{0}" is no proxy: write http://host:port.', proxy));
  }
  const dispatcher = new EnvHttpProxyAgent({
    ...(proxy === undefined ? {} : { httpProxy: proxy, httpsProxy: proxy, noProxy: "" }),
    connect: { timeout: 15_000 },
  });
  // The same interface, declared once by Node's types and once by undici's.
  return ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher })) as unknown as Fetch;
}
