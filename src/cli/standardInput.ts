import { buffer } from "node:stream/consumers";

/** All of standard input as text, without decoding surprises: UTF-8, a byte-order mark kept. */
export async function readStandardInput(): Promise<string> {
  // `text` of stream/consumers would swallow the mark.
  return (await buffer(process.stdin)).toString("utf8");
}
