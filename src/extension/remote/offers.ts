import * as l10n from "@vscode/l10n";
import * as v from "valibot";
import { isCancelled, LocalghostError } from "../../shared/errors.ts";
import { echoTokens } from "./echo.ts";
import { notUnderstood, RemoteError } from "./remoteError.ts";
import { readTokens, type TokenizerKind } from "./remoteTokenizer.ts";
import { completionBody } from "./requestBody.ts";
import type { ServerConnection } from "./serverConnection.ts";
import { TokenNumbers } from "./tokenNumbers.ts";
import { writeText } from "./writeText.ts";

/** What a server can do, as it has shown. */
export interface Offers {
  /** The model's name on the server. */
  readonly model: string;
  /** The most tokens that the model looks at; undefined: the server does not tell. */
  readonly contextLength: number | undefined;
  /** Tells the probabilities of what it writes. */
  readonly logprobs: boolean;
  /** Tells the probabilities of what it is given. */
  readonly echo: boolean;
  /** Whose way of telling the tokens of a text it has. */
  readonly tokenizer: TokenizerKind | undefined;
  /** From a request to its first token, in milliseconds. */
  readonly firstTokenMs: number;
}

/** What the server is tried with: nothing of the user's. */
const TRIAL_TEXT = "The quick brown fox";

const listedModel = v.object({
  id: v.string(),
  /** vLLM's. */
  max_model_len: v.nullish(v.number()),
  /** Ray Serve's. */
  metadata: v.nullish(v.object({ max_request_context_length: v.nullish(v.number()) })),
  /** llama.cpp's. */
  meta: v.nullish(v.object({ n_ctx: v.nullish(v.number()), n_ctx_train: v.nullish(v.number()) })),
});
const modelList = v.object({ data: v.array(listedModel) });

/**
 * Asks a server for its models, and tries what not every server can.
 * @param wanted the model's name on the server; empty: its first
 * @throws RemoteError where it cannot be reached, lets nobody in, has no such model or writes nothing
 */
export async function askOffers(connection: ServerConnection, wanted: string, signal: AbortSignal): Promise<Offers> {
  const { model, contextLength } = await findModel(connection, wanted, signal);
  const tried = await tries(() => write(connection, { model, logprobs: true }, signal));
  // Without asking for probabilities it must work, or nothing does.
  const written = tried ?? (await write(connection, { model, logprobs: false }, signal));
  const [echoed, llama, vllm] = await Promise.all([
    tries(() => echoTokens(connection, model, TRIAL_TEXT, 0, signal)),
    tries(() => readTokens(connection, "llamaServer", model, TRIAL_TEXT, signal)),
    tries(() => readTokens(connection, "vllm", model, TRIAL_TEXT, signal)),
  ]);
  return {
    model,
    contextLength,
    logprobs: written.tokens.some(({ logprob }) => !Number.isNaN(logprob)),
    // A server that ignores the option sends what it has written alone.
    echo: echoed?.map(({ text }) => text).join("") === TRIAL_TEXT,
    tokenizer: llama ? "llamaServer" : vllm ? "vllm" : undefined,
    firstTokenMs: written.timings.prefillMs,
  };
}

async function findModel(
  connection: ServerConnection,
  wanted: string,
  signal: AbortSignal,
): Promise<Pick<Offers, "model" | "contextLength">> {
  const { base, host } = connection.endpoint;
  const list = v.safeParse(modelList, await connection.json(`${base}/models`, undefined, signal));
  if (!list.success) throw notUnderstood(host);
  const { data } = list.output;
  const found = wanted === "" ? data[0] : data.find(({ id }) => id === wanted);
  if (!found) {
    const names = data.map(({ id }) => id).join(", ");
    throw new RemoteError(
      "remoteFailed",
      wanted === ""
        ? l10n.t("{0} has no model: load one there.", host)
        : l10n.t(
            "{0} has no model “{1}”. It has: {2}. Write one of them into localghost.remote.model.",
            host,
            wanted,
            names,
          ),
    );
  }
  return { model: found.id, contextLength: contextLengthOf(found) };
}

/** OpenAI's list of models does not have it: each server has a place of its own. */
function contextLengthOf({ max_model_len, metadata, meta }: v.InferOutput<typeof listedModel>): number | undefined {
  return max_model_len ?? metadata?.max_request_context_length ?? meta?.n_ctx ?? meta?.n_ctx_train ?? undefined;
}

function write(connection: ServerConnection, asked: Pick<Offers, "model" | "logprobs">, signal: AbortSignal) {
  const body = completionBody({ ...asked, tokenizer: undefined }, TRIAL_TEXT, { maxTokens: 1 });
  return writeText(connection, body, { numbers: new TokenNumbers(), logprobs: 1 }, signal, () => undefined);
}

/** What a request brings; undefined where the server does not know it, however it says so. */
async function tries<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (thrown) {
    if (!(thrown instanceof LocalghostError) || isSilence(thrown)) throw thrown;
    return undefined;
  }
}

/** A server that says nothing has not said no. */
function isSilence(error: LocalghostError): boolean {
  return isCancelled(error) || (error instanceof RemoteError && !error.isAnswer);
}
