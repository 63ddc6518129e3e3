import { LocalghostError } from "../shared/errors.ts";

/** @throws LocalghostError `cancelled` when the signal is aborted */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancellation(signal);
}

/** Why a signal was aborted, as the error that its request fails with. */
export function cancellation(signal: AbortSignal): LocalghostError {
  const reason: unknown = signal.reason;
  return reason instanceof LocalghostError ? reason : new LocalghostError("cancelled", "The request was cancelled.");
}

/** Waits for a promise that others wait for too: the signal ends this wait alone. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancellation(signal));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
