import { readCompletion, type WireToken } from "./completionFormat.ts";
import { notUnderstood } from "./remoteError.ts";
import { MOST_LOGPROBS } from "./requestBody.ts";
import type { ServerConnection } from "./serverConnection.ts";

/**
 * The tokens of a text with their log-probabilities. Servers differ in what they make of a request for no tokens at all,
 * so that one is asked for, and left out.
 * @param top so many likeliest tokens at each place
 * @throws RemoteError
 */
export async function echoTokens(
  connection: ServerConnection,
  model: string,
  text: string,
  top: number,
  signal: AbortSignal,
): Promise<WireToken[]> {
  const { base, host } = connection.endpoint;
  const logprobs = Math.min(MOST_LOGPROBS, Math.max(1, top));
  const body = { model, prompt: text, max_tokens: 1, temperature: 0, echo: true, logprobs };
  const completion = readCompletion(await connection.json(`${base}/completions`, body, signal));
  if (!completion?.tokens) throw notUnderstood(host);
  const { tokens, usage } = completion;
  // Without figures the text tells: what goes on beyond it was written.
  return tokens.slice(0, usage ? usage.promptTokens : countWithin(tokens, text));
}

function countWithin(tokens: readonly WireToken[], text: string): number {
  let end = 0;
  const beyond = tokens.findIndex((token) => (end += token.text.length) > text.length);
  return beyond === -1 ? tokens.length : beyond;
}
