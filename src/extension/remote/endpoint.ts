import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";

/** Where an OpenAI-compatible server listens. */
export interface Endpoint {
  /** Without a slash at its end: `https://gpu.example/v1`. */
  readonly base: string;
  /** What vLLM and llama-server offer beside OpenAI's API stands here: `https://gpu.example`. */
  readonly root: string;
  /** A token belongs to one of them: `https://gpu.example`. */
  readonly origin: string;
  /** For messages: `gpu.example:8000`. */
  readonly host: string;
  /** Whether what is sent can be read on the way. */
  readonly isOpen: boolean;
}

/**
 * Reads the address of a server as a person types it. One without a path gets the API's usual one, `/v1`.
 * @throws LocalghostError `invalidRequest`
 */
export function readEndpoint(address: string): Endpoint {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("“{0}” is no address of a server: write one such as http://127.0.0.1:8000/v1.", address),
    );
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        "The address of the remote server must be without a name, a password or parameters: a token goes into the secret storage.",
      ),
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  const base = `${url.origin}${path === "" ? "/v1" : path}`;
  return {
    base,
    root: base.replace(/\/v1$/, ""),
    origin: url.origin,
    host: url.host,
    isOpen: url.protocol === "http:" && !isLoopback(url.hostname),
  };
}

/** Whether a host is this machine by its very name; a name that only resolves to it is not. */
function isLoopback(hostname: string): boolean {
  return hostname === "[::1]" || hostname === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * A token that is sent in the open is nobody's secret.
 * @throws LocalghostError `remoteFailed`
 */
export function checkSecrecy({ isOpen, host }: Endpoint, token: string | undefined): void {
  if (token === undefined || !isOpen) return;
  throw new LocalghostError(
    "remoteFailed",
    l10n.t(
      "The token for {0} is not sent over plain http: use https in localghost.remote.endpoint, or remove the token.",
      host,
    ),
  );
}
