import type { IncomingMessage } from "node:http";
import { HttpError } from "./httpError.ts";

/**
 * Reads a request's body as JSON.
 * @param mostBytes a longer body is not kept
 * @throws HttpError 413 or 400
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const tooLarge = (): HttpError =>
    new HttpError(413, `The body is larger than ${mostBytes} bytes: send less at a time.`, { code: "body_too_large" });
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    // Not the parser's own words: they quote the body.
    throw new HttpError(400, "The body is not JSON.", { code: "invalid_json" });
  }
}
