import { text } from "node:stream/consumers";

/** All of standard input as text, without decoding surprises: UTF-8, a byte-order mark kept. */
export function readStandardInput(): Promise<string> {
  return text(process.stdin);
}
