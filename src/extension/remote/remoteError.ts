import * as l10n from "@vscode/l10n";
import { LocalghostError, type ErrorKind } from "../../shared/errors.ts";

/** A server's own words are shown so far. */
const MOST_CHARACTERS = 200;

export interface RemoteErrorOptions {
  readonly cause?: unknown;
  readonly isPassing?: boolean;
  readonly isAnswer?: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** An error that a server has answered, or that there was in the place of an answer. */
export class RemoteError extends LocalghostError {
  /** Whether the same request may well be answered a moment later. */
  readonly isPassing: boolean;
  /** Whether the server is there: it did answer, with something else than was hoped for. */
  readonly isAnswer: boolean;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, options: RemoteErrorOptions = {}) {
    super(kind, message, options);
    this.isPassing = options.isPassing ?? false;
    this.isAnswer = options.isAnswer ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** No connection, or one that broke. */
export function notReached(host: string, thrown: unknown): RemoteError {
  return new RemoteError(
    "remoteFailed",
    l10n.t(
      "{0} cannot be reached ({1}): check that the server runs, and localghost.remote.endpoint.",
      host,
      reasonOf(thrown),
    ),
    { cause: thrown, isPassing: true },
  );
}

/** The connection broke while an answer was under way. */
export function brokenOff(host: string, thrown?: unknown): RemoteError {
  return new RemoteError("remoteFailed", l10n.t("{0} broke off in the middle of its answer: try again.", host), {
    cause: thrown,
    isPassing: true,
  });
}

/** Asking once more would take as long again. */
export function tooSlow(host: string, seconds: number): RemoteError {
  return new RemoteError(
    "remoteFailed",
    l10n.t(
      "{0} was silent for {1} seconds: check the server, or raise localghost.remote.timeoutSeconds.",
      host,
      seconds,
    ),
  );
}

/** An answer that is none of the API's. */
export function notUnderstood(host: string, cause?: unknown): RemoteError {
  return new RemoteError(
    "remoteFailed",
    l10n.t(
      "{0} answered with something that is no answer of OpenAI's completions API: check localghost.remote.endpoint.",
      host,
    ),
    { cause, isAnswer: true },
  );
}

/** An error event in a stream that began well. */
export function failedWhileWriting(host: string, said: string): RemoteError {
  return new RemoteError("remoteFailed", l10n.t("{0} failed while it answered: {1}", host, said));
}

/**
 * What the status of an answer means.
 * @param body the answer's text
 */
export function refused(host: string, response: Response, body: string): RemoteError {
  const { status } = response;
  if (status >= 300 && status < 400) return redirected(host, response);
  const said = saidIn(body);
  const isPassing = status === 429 || status >= 500;
  const options = { isAnswer: true, isPassing, retryAfterMs: isPassing ? retryAfter(response) : undefined };
  const failed = (message: string) => new RemoteError("remoteFailed", message, options);
  if (isTooLong(status, said)) {
    return new RemoteError(
      "promptTooLong",
      l10n.t("The text is too long for the model of {0}: {1}", host, said),
      options,
    );
  }
  switch (status) {
    case 401:
    case 403:
      return failed(
        l10n.t("{0} wants another token (status {1}): set it with “Set Remote Server Token…”.", host, status),
      );
    case 404:
      return failed(
        l10n.t(
          "{0} does not have what was asked for: check localghost.remote.endpoint and localghost.remote.model. It said: {1}",
          host,
          said,
        ),
      );
    case 429:
      return failed(l10n.t("{0} has too much to do (status 429): try again later.", host));
    default:
      return status >= 500
        ? failed(l10n.t("{0} failed (status {1}): {2}", host, status, said))
        : new RemoteError(
            "invalidRequest",
            l10n.t("{0} refuses this request (status {1}): {2}", host, status, said),
            options,
          );
  }
}

/** Following a redirection would carry the text, and perhaps the token, to a place that nobody has typed. */
function redirected(host: string, response: Response): RemoteError {
  const to = URL.parse(response.headers.get("location") ?? "", response.url || undefined);
  return new RemoteError(
    "remoteFailed",
    l10n.t(
      "{0} sends its callers on to {1}: if you trust that address, write it into localghost.remote.endpoint.",
      host,
      to?.origin ?? "?",
    ),
  );
}

/** vLLM, llama-server and OpenAI each say it in their own way. */
function isTooLong(status: number, said: string): boolean {
  return (
    status === 413 || (status === 400 && /context.?(?:length|size|window)|max_model_len|exceed_context/i.test(said))
  );
}

/**
 * The sentence in an error's body: `{"error": {"message": …}}`, or what vLLM and FastAPI make of it. Nothing else of the
 * body: FastAPI repeats the request, which has the user's text, and what is said goes into the log.
 */
export function saidIn(body: string): string {
  const sentence = (sentenceIn(body) ?? l10n.t("it gives no reason")).replaceAll(/\s+/g, " ").trim();
  return sentence.length > MOST_CHARACTERS ? `${sentence.slice(0, MOST_CHARACTERS - 1)}…` : sentence;
}

function sentenceIn(body: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return body;
  }
  const inner = property(json, "error") ?? json;
  const detail = property(inner, "detail");
  // What is wrong with each field.
  const details: unknown[] = Array.isArray(detail) ? detail.map((one) => property(one, "msg")) : [];
  return [property(inner, "message"), detail, inner, ...details].find((one) => typeof one === "string");
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Seconds, or a date. */
function retryAfter({ headers }: Response): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value.trim()) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { cause } = thrown;
  const code = property(cause, "code");
  if (typeof code === "string") return code;
  return cause instanceof Error && cause.message !== "" ? cause.message : thrown.message;
}
