import { toLocalghostError } from "../shared/errors.ts";

interface ErrorDetails {
  /** The parameter that is wrong. */
  readonly param?: string;
  /** A word that programs switch on; OpenAI's where it has one. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as OpenAI's API answers it: a status, and one sentence for whoever made the request. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(status: number, message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }

  /** `{error: {message, type, param, code}}`, which OpenAI's clients know how to read. */
  get body(): object {
    const { param = null, code = null } = this.details;
    const type =
      this.status === 429 ? "rate_limit_error" : this.status >= 500 ? "server_error" : "invalid_request_error";
    return { error: { message: this.message, type, param, code } };
  }
}

/** What a client is told of anything that was thrown. */
export function toHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  const { kind, message } = toLocalghostError(thrown);
  switch (kind) {
    case "invalidRequest":
      return new HttpError(400, message);
    case "promptTooLong":
      return new HttpError(400, message, { param: "prompt", code: "context_length_exceeded" });
    case "modelNotFound":
      return new HttpError(404, message, { param: "model", code: "model_not_found" });
    case "cancelled":
    case "engineStopped":
    case "modelBusy":
      return new HttpError(503, message, { code: "engine_unavailable", headers: { "retry-after": "1" } });
    case "modelInvalid":
    case "deviceUnavailable":
      return new HttpError(500, message, { code: "model_unusable" });
    case "downloadFailed":
    case "remoteFailed":
    case "versionMismatch":
    case "internal":
      // The message of an unexpected exception could hold anything, a path or a text.
      return new HttpError(500, "The server failed at this request: its log says why.", { code: "internal_error" });
  }
}
