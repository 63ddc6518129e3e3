import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { LocalghostError } from "../shared/errors.ts";
import { type Answer, answerRequests } from "./answerRequest.ts";
import type { ServerBackend } from "./backend.ts";
import { LIMITS, type ServerLimits } from "./limits.ts";

/** The addresses of this machine that no other one can reach. */
export const LOOPBACK_HOSTS = ["127.0.0.1", "::1"] as const;

export interface LocalServerOptions {
  readonly backend: ServerBackend;
  /** What each request must bring; see `newToken`. */
  readonly token: string;
  /** `127.0.0.1` when absent. */
  readonly host?: (typeof LOOPBACK_HOSTS)[number];
  /** 0: any that is free. */
  readonly port: number;
  /** Whose pages may ask, such as `http://localhost:3000`; none when absent. */
  readonly origins?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  /** Told of each answer. */
  readonly onAnswer?: (answer: Answer) => void;
}

export interface LocalServer {
  /** Such as `http://127.0.0.1:8642`; OpenAI's clients take it with `/v1` as their base URL. */
  readonly url: string;
  /** Cancels what is being answered, and resolves when the port is free and the backend is asked nothing more. */
  readonly close: () => Promise<void>;
}

/**
 * Serves a backend by OpenAI's completions API on a loopback address.
 * @throws LocalghostError `invalidRequest` where the port cannot be had
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { backend, token, host = "127.0.0.1", port, origins = [], onAnswer } = options;
  const limits = { ...LIMITS, ...options.limits };
  const stopping = new AbortController();
  const answer = answerRequests({ backend, token, origins, limits, stopping: stopping.signal });
  const underWay = new Set<Promise<void>>();
  const server = http.createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(limits.headersMs, 5_000),
    },
    (request, response) => {
      const answering: Promise<void> = answer(request, response).then((answered) => {
        underWay.delete(answering);
        onAnswer?.(answered);
      });
      underWay.add(answering);
    },
  );
  server.maxConnections = limits.connections;
  await listen(server, port, host);
  return {
    url: `http://${host === "::1" ? "[::1]" : host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      stopping.abort();
      const timer = setTimeout(() => server.closeAllConnections(), limits.closeMs);
      await closed;
      clearTimeout(timer);
      // Their clients are gone; the engine may still be at a step of theirs.
      await Promise.all(underWay);
    },
  };
}

function listen(server: http.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const why =
        code === "EADDRINUSE"
          ? `Port ${port} is in use by another program: choose another one, or 0 for any that is free.`
          : `The server cannot listen on ${host}, port ${port} (${message}): choose another port.`;
      reject(new LocalghostError("invalidRequest", why));
    });
    server.listen(port, host, () => resolve());
  });
}
