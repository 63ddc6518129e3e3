/**
 * Who may ask. A port on loopback can be reached by every program of the machine, and through a browser by every page:
 * hence the token, and the checks of where a request says that it comes from and goes to.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { HttpError } from "./httpError.ts";

/** Shorter ones could be guessed. */
export const LEAST_TOKEN_LENGTH = 16;

/** 256 bits that nobody can guess, in characters that need no escaping anywhere. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether a token can be sent as a bearer token (RFC 6750), and is long enough. */
export function isToken(text: string): boolean {
  return text.length >= LEAST_TOKEN_LENGTH && /^[\w.~+/-]+=*$/.test(text);
}

/**
 * A page whose name was made to lead to this machine (DNS rebinding) still sends its own name.
 * @throws HttpError 403 where the `Host` is not this machine's loopback; its port may be one that was forwarded
 */
export function checkHost({ host = "" }: IncomingHttpHeaders): void {
  if (/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) return;
  throw new HttpError(403, "This server answers to 127.0.0.1 and localhost only: use one of them in the address.", {
    code: "host_not_allowed",
  });
}

/**
 * Browsers name the page that asks; other programs send no `Origin`.
 * @returns the origin if it is one of those listed, undefined where there is none
 * @throws HttpError 403 for any other
 */
export function checkOrigin({ origin }: IncomingHttpHeaders, allowed: readonly string[]): string | undefined {
  if (origin === undefined || allowed.includes(origin)) return origin;
  throw new HttpError(403, "Pages of this origin may not use the server: “localghost server --origin” allows one.", {
    code: "origin_not_allowed",
  });
}

/** @throws HttpError 401 without `Authorization: Bearer` and the very token */
export function checkToken({ authorization = "" }: IncomingHttpHeaders, token: string): void {
  const [, given] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (given !== undefined && isSame(given, token)) return;
  const headers = { "www-authenticate": "Bearer" };
  const message =
    given === undefined
      ? "There is no token: send the server's as “Authorization: Bearer TOKEN”, or as the client's API key."
      : "The token is not this server's: copy it anew.";
  throw new HttpError(401, message, { code: "invalid_api_key", headers });
}

/** In the same time wherever they differ, and whatever their lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
