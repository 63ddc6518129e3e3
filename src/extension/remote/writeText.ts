import type { FinishReason, GeneratedToken, GenerateProgress, Timings } from "../../shared/protocol.ts";
import { choicesOf } from "./choices.ts";
import { piecesOf, readCompletion, type CompletionPart } from "./completionFormat.ts";
import { brokenOff, notUnderstood } from "./remoteError.ts";
import type { ServerConnection } from "./serverConnection.ts";
import type { TokenNumbers } from "./tokenNumbers.ts";

/** A text that a server has written. */
export interface RemoteText {
  readonly text: string;
  /** Without probabilities one for each part that arrived, with {@link UNKNOWN_LOGPROB}. */
  readonly tokens: GeneratedToken[];
  readonly finishReason: FinishReason;
  readonly usage: CompletionPart["usage"];
  readonly timings: Timings;
}

export interface TokenWishes {
  readonly numbers: TokenNumbers;
  /** So many of the likeliest tokens at each place. */
  readonly logprobs: number;
}

/** Stands for a log-probability that the server does not tell: no comparison with it holds. */
export const UNKNOWN_LOGPROB = NaN;

/**
 * Has a server write one text, and tells its tokens as they come.
 * @throws RemoteError also when the stream ends before the text does; LocalghostError `cancelled`
 */
export async function writeText(
  connection: ServerConnection,
  body: Readonly<Record<string, unknown>>,
  wishes: TokenWishes,
  signal: AbortSignal,
  onToken: (progress: GenerateProgress) => void,
): Promise<RemoteText> {
  const { base, host } = connection.endpoint;
  const tokens: GeneratedToken[] = [];
  let text = "";
  let finishReason: string | undefined;
  let usage: CompletionPart["usage"];
  const start = performance.now();
  let firstAt = start;
  let lastAt = start;
  for await (const json of connection.events(`${base}/completions`, body, signal)) {
    const part = readCompletion(json);
    if (!part) throw notUnderstood(host);
    usage = part.usage ?? usage;
    finishReason = part.finishReason ?? finishReason;
    for (const progress of progressOf(part, wishes)) {
      lastAt = performance.now();
      if (tokens.length === 0) firstAt = lastAt;
      tokens.push(progress.token);
      text += progress.text;
      const isFirst = tokens.length === 1;
      const { promptTokens = 0, reusedTokens = 0 } = usage ?? {};
      onToken({ ...progress, ...(isFirst && { prompt: { promptTokens, reusedTokens, prefillMs: firstAt - start } }) });
    }
  }
  if (finishReason === undefined) throw brokenOff(host);
  const decodeMsPerToken = tokens.length > 1 ? (lastAt - firstAt) / (tokens.length - 1) : 0;
  return {
    ...{ text, tokens, usage },
    finishReason: finishReason === "length" ? "length" : "stop",
    timings: { loadMs: 0, prefillMs: firstAt - start, decodeMsPerToken },
  };
}

function progressOf({ text, tokens }: CompletionPart, { numbers, logprobs }: TokenWishes): GenerateProgress[] {
  // Text that was held back may come after its tokens.
  if (!tokens || tokens.length === 0) {
    if (text === "") return [];
    return [{ token: { id: numbers.numberOf(text), text, logprob: UNKNOWN_LOGPROB }, text }];
  }
  const pieces = piecesOf(text, tokens);
  return tokens.map((token, i) => {
    const piece = pieces[i] ?? "";
    const { logprob = UNKNOWN_LOGPROB } = token;
    return {
      token: { id: numbers.numberOf(piece), text: piece, logprob, ...choicesOf(token, logprobs, numbers) },
      text: piece,
    };
  });
}
