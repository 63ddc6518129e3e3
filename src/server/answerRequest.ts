import type { IncomingMessage, ServerResponse } from "node:http";
import { checkHost, checkOrigin, checkToken } from "./access.ts";
import type { ServerBackend } from "./backend.ts";
import { HttpError, toHttpError } from "./httpError.ts";
import type { ServerLimits } from "./limits.ts";
import { readJson } from "./readJson.ts";
import { type Route, ROUTES } from "./routes.ts";

/** What was answered, for a log: nothing in it is of the request's own words. */
export interface Answer {
  /** Such as `POST /v1/completions`; `unknown` where no route was found. */
  readonly route: string;
  /** 499, as nginx has it, where the client went away before the end. */
  readonly status: number;
  readonly ms: number;
  /** What was thrown, where the answer is no success. */
  readonly error?: unknown;
}

const CLIENT_CLOSED_REQUEST = 499;
/** What all that is under way is told when the server stops. */
const STOPPING = new HttpError(503, "The server is stopping: start it again.", { code: "server_stopping" });

export interface AnswerOptions {
  readonly backend: ServerBackend;
  readonly token: string;
  readonly origins: readonly string[];
  readonly limits: ServerLimits;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** @returns what answers a request, whatever it is; it never rejects */
export function answerRequests(
  options: AnswerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<Answer> {
  const { backend, token, origins, limits, stopping } = options;
  let underWay = 0;

  async function answer(route: Route, rest: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (route.isOpen !== true) checkToken(request.headers, token);
    if (route.method === "POST" && underWay >= limits.requests) {
      const headers = { "retry-after": "1" };
      const message = `${limits.requests} requests are under way or wait already: try again in a second.`;
      throw new HttpError(429, message, { code: "too_many_requests", headers });
    }
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    underWay++;
    try {
      const signal = AbortSignal.any([gone.signal, stopping]);
      const json = () => readJson(request, limits.bodyBytes);
      const body = await route.answer({ backend, request, response, rest, json, signal });
      if (body) sendJson(response, 200, body);
    } finally {
      underWay--;
    }
  }

  return async (request, response) => {
    const began = performance.now();
    let name = "unknown";
    let error: unknown;
    try {
      checkHost(request.headers);
      const origin = checkOrigin(request.headers, origins);
      if (origin !== undefined) response.setHeader("access-control-allow-origin", origin).setHeader("vary", "origin");
      if (request.method === "OPTIONS") {
        name = "OPTIONS";
        answerPreflight(request, response);
      } else {
        const { route, rest } = findRoute(request);
        name = `${route.method} ${route.path}`;
        await answer(route, rest, request, response);
      }
    } catch (thrown) {
      error = thrown;
      sendError(response, stopping.aborted ? STOPPING : toHttpError(thrown));
    }
    const status = response.writableEnded ? response.statusCode : CLIENT_CLOSED_REQUEST;
    return { route: name, status, ms: performance.now() - began, ...(error !== undefined && { error }) };
  };
}

/** @throws HttpError 400, 404 or 405 */
function findRoute({ method, url = "" }: IncomingMessage): { route: Route; rest: string } {
  const pathname = URL.parse(url, "http://localhost")?.pathname ?? "";
  const fitting = ROUTES.filter(({ path }) =>
    path.endsWith("/") ? pathname.startsWith(path) && pathname !== path : pathname === path,
  );
  const route = fitting.find((candidate) => candidate.method === method);
  if (route) return { route, rest: decode(pathname.slice(route.path.length)) };
  const [other] = fitting;
  if (other) throw new HttpError(405, `Use ${other.method} here.`, { headers: { allow: other.method } });
  throw new HttpError(404, `There is nothing here: the server knows ${ROUTES.map(({ path }) => path).join(", ")}.`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError(400, "The address is not well encoded.");
  }
}

/** What a browser asks before a page of a listed origin may ask anything. */
function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "",
    "access-control-max-age": "600",
  });
  response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
) {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(bytes);
}

/** Also in the middle of a stream, whose clients look for errors in its events. */
function sendError(response: ServerResponse, error: HttpError): void {
  if (response.destroyed) return;
  if (response.headersSent) response.end(`data: ${JSON.stringify(error.body)}\n\n`);
  else sendJson(response, error.status, error.body, error.details.headers);
}
