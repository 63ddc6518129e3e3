import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as v from "valibot";
import type { ServedModel, ServerBackend } from "./backend.ts";
import { answerCompletion } from "./completions/answerCompletion.ts";
import type { Choice } from "./completions/choice.ts";
import { parseCompletionRequest } from "./completions/request.ts";
import { EventStream } from "./eventStream.ts";
import { HttpError } from "./httpError.ts";
import { modelName, optional, parseParameters, required } from "./parameters.ts";

/** What a route works with. */
export interface Exchange {
  readonly backend: ServerBackend;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The rest of the path, for routes whose path ends with a slash. */
  readonly rest: string;
  /** The body, read as JSON when it is asked for. */
  readonly json: () => Promise<unknown>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** With a slash at the end: all paths that begin so. */
  readonly path: string;
  /** Whether anybody may ask who can reach the port. */
  readonly isOpen?: boolean;
  /** Answers with JSON, or has answered by itself. */
  readonly answer: (exchange: Exchange) => object | undefined | Promise<object | undefined>;
}

export const ROUTES: readonly Route[] = [
  { method: "GET", path: "/health", isOpen: true, answer: () => ({ status: "ok" }) },
  { method: "GET", path: "/v1/models", answer: listModels },
  { method: "GET", path: "/v1/models/", answer: ({ backend, rest }) => describe(findModel(backend, rest)) },
  { method: "POST", path: "/v1/completions", answer: complete },
  { method: "POST", path: "/v1/chat/completions", answer: refuseChat },
  { method: "POST", path: "/tokenize", answer: tokenize },
  { method: "POST", path: "/detokenize", answer: detokenize },
];

/** When models are said to be made: OpenAI's clients expect a time, and files have none that means much. */
const STARTED = Math.floor(Date.now() / 1000);

function describe({ id, contextLength }: ServedModel): object {
  // max_model_len is vLLM's.
  return { id, object: "model", created: STARTED, owned_by: "localghost", max_model_len: contextLength };
}

function listModels({ backend }: Exchange): object {
  return { object: "list", data: backend.models().map(describe) };
}

/** @throws HttpError 404 */
function findModel(backend: ServerBackend, id: string): ServedModel {
  const model = backend.models().find((served) => served.id === id);
  if (model) return model;
  throw new HttpError(404, "There is no model of this name: /v1/models lists those there are.", {
    ...{ param: "model", code: "model_not_found" },
  });
}

async function complete({ backend, response, json, signal }: Exchange): Promise<object | undefined> {
  const request = parseCompletionRequest(await json());
  const model = findModel(backend, request.model);
  const begin = {
    id: `cmpl-${randomUUID()}`,
    object: "text_completion",
    created: Math.floor(Date.now() / 1000),
    model: model.id,
  };
  const call = { engine: backend.engine, model: model.spec, signal };
  if (!request.stream) return { ...begin, ...(await answerCompletion(call, request)) };

  const stream = new EventStream(response);
  const usageOf = (usage: object | null) => (request.includeUsage ? { usage } : {});
  const { usage } = await answerCompletion(call, request, (piece: Choice) =>
    stream.send({ ...begin, choices: [piece], ...usageOf(null) }),
  );
  if (request.includeUsage) stream.send({ ...begin, choices: [], ...usageOf(usage) });
  stream.end();
  return undefined;
}

function refuseChat(): never {
  throw new HttpError(404, "GPT-2 continues texts and holds no conversation: use /v1/completions.", {
    code: "not_a_chat_model",
  });
}

const text = required(v.string(), "a string");
const isSet = optional(v.boolean(), "true or false");

/** As vLLM's, without its special tokens: GPT-2's tokenizer adds none. */
const tokenizeSchema = v.strictObject({
  model: modelName,
  prompt: text,
  return_token_strs: isSet,
});

async function tokenize({ backend, json, signal }: Exchange): Promise<object> {
  const given = parseParameters(tokenizeSchema, await json());
  const { spec, contextLength } = findModel(backend, given.model);
  const { ids, pieces } = await backend.engine.tokenize({ model: spec, text: given.prompt }, signal);
  const token_strs = given.return_token_strs === true ? pieces : null;
  return { count: ids.length, max_model_len: contextLength, tokens: ids, token_strs };
}

const detokenizeSchema = v.strictObject({
  model: modelName,
  tokens: required(
    v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    "a list of token ids, whole numbers of 0 or more",
  ),
});

async function detokenize({ backend, json, signal }: Exchange): Promise<object> {
  const given = parseParameters(detokenizeSchema, await json());
  const { spec } = findModel(backend, given.model);
  return { prompt: (await backend.engine.detokenize({ model: spec, ids: given.tokens }, signal)).text };
}
