/**
 * What went wrong, in words that both sides of the process boundary switch on.
 *
 * The kind is decided where the error is made; the message is one sentence for the user that says what happened and
 * what to do about it.
 */
export type ErrorKind =
  /** The folder, its weights or its tokenizer are not there. */
  | "modelNotFound"
  /** The files are there, and are damaged, contradict each other or are not GPT-2's. */
  | "modelInvalid"
  /** A parameter has a value that the engine does not know. */
  | "invalidRequest"
  | "promptTooLong"
  | "deviceUnavailable"
  /** A hub, the network or the disk stopped a download, or the disk another change of the models folder. */
  | "downloadFailed"
  /** A remote server cannot be reached, refuses to answer, or answers what it should not. */
  | "remoteFailed"
  /** Another process works on the same model. */
  | "modelBusy"
  /** The two sides speak different versions of the protocol. */
  | "versionMismatch"
  /** The engine process could not be started, stopped, or does not answer. */
  | "engineStopped"
  /** The caller, or a newer request that replaces this one, cancelled it. Never shown to the user. */
  | "cancelled"
  /** A defect of ours: the message of an exception that nobody expected. */
  | "internal";

const errorKinds: ReadonlySet<string> = new Set<ErrorKind>([
  "modelNotFound",
  "modelInvalid",
  "invalidRequest",
  "promptTooLong",
  "deviceUnavailable",
  "downloadFailed",
  "remoteFailed",
  "modelBusy",
  "versionMismatch",
  "engineStopped",
  "cancelled",
  "internal",
]);

/** An error with a kind to switch on and a sentence to show. */
export class LocalghostError extends Error {
  override readonly name = "LocalghostError";
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

export function isErrorKind(value: unknown): value is ErrorKind {
  return typeof value === "string" && errorKinds.has(value);
}

/** Turns anything that was thrown into an error with a kind; what nobody expected becomes `internal`. */
export function toLocalghostError(thrown: unknown): LocalghostError {
  if (thrown instanceof LocalghostError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LocalghostError("internal", message, { cause: thrown });
}

export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof LocalghostError && thrown.kind === "cancelled";
}

export function isRemoteFailed(thrown: unknown): thrown is LocalghostError {
  return thrown instanceof LocalghostError && thrown.kind === "remoteFailed";
}
