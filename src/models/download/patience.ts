/** When to try again, and how long to wait before. */
import { setTimeout as wait } from "node:timers/promises";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";

export interface Patience {
  /** How often in a row something may fail without any progress. */
  attempts: number;
  /** The wait before the second attempt; it doubles from one to the next. */
  firstWaitMs: number;
  /** The longest wait, and the longest that a server's `Retry-After` is obeyed. */
  longestWaitMs: number;
  /** A connection without a byte for so long is given up. */
  stallMs: number;
}

export const PATIENCE: Patience = { attempts: 6, firstWaitMs: 500, longestWaitMs: 60_000, stallMs: 30_000 };

/** A failure that may go away by itself. */
export class Hiccup extends Error {
  override readonly name = "Hiccup";
  /** What the server asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Waits before attempt `failures + 1`.
 * @param what what failed, for the message: `config.json of openai-community/gpt2`
 * @throws LocalghostError `downloadFailed` when patience is at its end, `cancelled`, or the failure when it is no hiccup
 */
export async function waitAfter(
  failure: Hiccup | LocalghostError,
  failures: number,
  what: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  if (failure instanceof LocalghostError) throw failure;
  const asked = failure.retryAfterMs ?? 0;
  if (asked > patience.longestWaitMs) {
    throw new LocalghostError(
      "downloadFailed",
      l10n.t(
        "The hub asks to wait {0} minutes before {1} is fetched: start again then.",
        Math.ceil(asked / 60_000),
        what,
      ),
      { cause: failure },
    );
  }
  if (failures >= patience.attempts) {
    throw new LocalghostError(
      "downloadFailed",
      l10n.t("{0} could not be fetched: {1}. Start again to go on where it stopped.", what, failure.message),
      { cause: failure },
    );
  }
  const backOff = Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** (failures - 1));
  try {
    // A little at random, so that two windows do not ask in step.
    await wait(Math.max(asked, backOff * (0.75 + 0.5 * Math.random())), undefined, { signal });
  } catch {
    throw downloadCancelled();
  }
}

export function downloadCancelled(): LocalghostError {
  return new LocalghostError("cancelled", "The download was stopped; what has arrived is kept.");
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** The hiccup behind a status that may pass, or undefined for one that will not. */
export function passingStatus(response: Response): Hiccup | undefined {
  const { status, headers } = response;
  if (status === 429) return new Hiccup(l10n.t("the hub gets too many requests (429)"), retryAfterMs(headers));
  if (status === 408 || status >= 500) {
    return new Hiccup(l10n.t("the hub answers with an error ({0})", status), retryAfterMs(headers));
  }
  return undefined;
}

/** What `fetch` threw, in words: a hiccup, or an error where trying again is no use. */
export function connectionFailure(thrown: unknown): Hiccup | LocalghostError {
  if (thrown instanceof Hiccup || thrown instanceof LocalghostError) return thrown;
  const { code, message } = rootCause(thrown);
  const proxyStatus = /proxy response \((\d+)\)/i.exec(message)?.[1];
  if (proxyStatus === "407") {
    return new LocalghostError(
      "downloadFailed",
      l10n.t("The proxy wants a name and a password: write them into its address, http://user:password@host:port."),
      { cause: thrown },
    );
  }
  if (proxyStatus !== undefined) return new Hiccup(l10n.t("the proxy answers with an error ({0})", proxyStatus));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new Hiccup(l10n.t("the hub's name is not known here (there may be no connection, or a proxy to set)"));
  }
  if (code === "ECONNREFUSED") return new Hiccup(l10n.t("the connection is refused"));
  return new Hiccup(l10n.t("the connection was lost ({0})", code ?? message));
}

/** The innermost error with a code, or the innermost of all. */
function rootCause(thrown: unknown): { code?: string; message: string } {
  let error: unknown = thrown;
  while (error instanceof Error && error.cause instanceof Error) error = error.cause;
  const { code } = (error ?? {}) as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return typeof code === "string" ? { code, message } : { message };
}
