import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { BYTE_OF_CHARACTER } from "../../shared/byteLevelAlphabet.ts";
import { LocalghostError } from "../../shared/errors.ts";
import type { TokenizeResult } from "../../shared/protocol.ts";
import { notUnderstood } from "./remoteError.ts";
import type { ServerConnection } from "./serverConnection.ts";

/** OpenAI's API has no call for the tokens of a text; these servers each have one of their own, at the same place. */
export type TokenizerKind = "llamaServer" | "vllm";

/** A piece that is no whole character comes as bytes. */
const llamaTokens = v.object({
  tokens: v.array(v.object({ id: v.number(), piece: v.union([v.string(), v.array(v.number())]) })),
});
/** Entries of the vocabulary: of GPT-2's in its byte-level alphabet. */
const vllmTokens = v.object({ tokens: v.array(v.number()), token_strs: v.array(v.string()) });

/**
 * The tokens of a text, by `/tokenize` of the server.
 * @throws RemoteError; LocalghostError `invalidRequest` where the vocabulary is written in another way than GPT-2's
 */
export async function readTokens(
  connection: ServerConnection,
  kind: TokenizerKind,
  model: string,
  text: string,
  signal: AbortSignal,
): Promise<TokenizeResult> {
  const { root, host } = connection.endpoint;
  const body =
    kind === "llamaServer"
      ? { content: text, add_special: false, with_pieces: true }
      : { model, prompt: text, add_special_tokens: false, return_token_strs: true };
  const json = await connection.json(`${root}/tokenize`, body, signal);
  const tokens = kind === "llamaServer" ? readLlama(json) : readVllm(json);
  if (!tokens) throw notUnderstood(host);
  const result = toResult(tokens);
  const whole = Buffer.concat(tokens.map(({ bytes }) => bytes)).toString("utf8");
  if (whole === text) return result;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t("The tokens that {0} tells do not make up the text: its model is not one of GPT-2’s kind.", host),
  );
}

interface Token {
  readonly id: number;
  readonly bytes: Uint8Array;
}

function readLlama(json: unknown): Token[] | undefined {
  const { success, output } = v.safeParse(llamaTokens, json);
  if (!success) return undefined;
  return output.tokens.map(({ id, piece }) => ({
    id,
    bytes: typeof piece === "string" ? Buffer.from(piece, "utf8") : Uint8Array.from(piece),
  }));
}

function readVllm(json: unknown): Token[] | undefined {
  const { success, output } = v.safeParse(vllmTokens, json);
  if (!success || output.tokens.length !== output.token_strs.length) return undefined;
  return output.token_strs.map((piece, i) => ({ id: output.tokens[i] ?? 0, bytes: bytesOf(piece) }));
}

/** What is outside the alphabet stands for nothing: the text will not be made up. */
function bytesOf(piece: string): Uint8Array {
  return Uint8Array.from(Array.from(piece, (character) => BYTE_OF_CHARACTER.get(character) ?? []).flat());
}

function toResult(tokens: readonly Token[]): TokenizeResult {
  return {
    ids: tokens.map(({ id }) => id),
    pieces: tokens.map(({ bytes }) => Buffer.from(bytes).toString("utf8")),
    byteLengths: tokens.map(({ bytes }) => bytes.length),
  };
}
