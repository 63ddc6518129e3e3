import { LocalghostError } from "../shared/errors.ts";
import {
  GenerateRequest,
  InitializeRequest,
  LoadModelRequest,
  RankRequest,
  ScoreRequest,
  TokenizeRequest,
  WarmRequest,
} from "../shared/protocol.ts";

const checks = {
  "a string": (value: unknown) => typeof value === "string",
  "a number": (value: unknown) => typeof value === "number",
  "a whole number, 0 or more": (value: unknown) => Number.isInteger(value) && (value as number) >= 0,
  "a number, 0 or more": (value: unknown) => typeof value === "number" && value >= 0,
  "true or false": (value: unknown) => typeof value === "boolean",
  "an object": (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value),
  "a list of strings": (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  "a list of whole numbers, 0 or more": (value: unknown) =>
    Array.isArray(value) && value.every((item) => Number.isInteger(item) && (item as number) >= 0),
  "a string or a number": (value: unknown) => typeof value === "string" || typeof value === "number",
};
type Check = keyof typeof checks;
type Fields = Readonly<Record<string, Check | `${Check}?`>>;

const modelFields: Fields = { folder: "a string", dtype: "a string?", device: "a string?" };

/** The parameters whose types every later step takes for granted, by method; those with `?` may be absent. */
const methods: Readonly<Record<string, Fields>> = {
  [InitializeRequest.method]: {
    protocolVersion: "a number",
    client: "a string",
    threads: "a whole number, 0 or more?",
    cacheFolder: "a string?",
    cacheMegabytes: "a number, 0 or more?",
    unloadAfterMinutes: "a number, 0 or more?",
  },
  [LoadModelRequest.method]: modelFields,
  [GenerateRequest.method]: {
    model: "an object",
    prompt: "a string",
    promptIds: "a list of whole numbers, 0 or more?",
    maxTokens: "a number",
    sampling: "an object?",
    stop: "a list of strings?",
    logprobs: "a number?",
    overflow: "a string?",
    ignoreEndOfText: "true or false?",
    drafts: "true or false?",
    alternatives: "a number?",
    priority: "a string",
    progressToken: "a string or a number?",
  },
  [WarmRequest.method]: { model: "an object", prompt: "a string", maxTokens: "a number", overflow: "a string?" },
  [ScoreRequest.method]: { model: "an object", text: "a string", logprobs: "a number?", priority: "a string" },
  [RankRequest.method]: {
    model: "an object",
    prompt: "a string",
    candidates: "a list of strings",
    overflow: "a string?",
    priority: "a string",
  },
  [TokenizeRequest.method]: { model: "an object", text: "a string" },
};

/** @throws LocalghostError `invalidRequest` that names the first parameter that is missing or of another type */
export function checkRequest(method: string, params: unknown): void {
  checkFields(method, params, methods[method] ?? {});
  const { model } = params as { model?: unknown };
  if (methods[method]?.["model"]) checkFields(`${method}: model`, model, modelFields);
}

function checkFields(where: string, value: unknown, fields: Fields): void {
  if (!checks["an object"](value)) {
    throw new LocalghostError("invalidRequest", `"${where}" needs an object of parameters.`);
  }
  for (const [name, type] of Object.entries(fields)) {
    const field = (value as Record<string, unknown>)[name];
    const isOptional = type.endsWith("?");
    if (isOptional && field === undefined) continue;
    const wanted = (isOptional ? type.slice(0, -1) : type) as Check;
    if (!checks[wanted](field)) {
      throw new LocalghostError("invalidRequest", `"${where}" needs "${name}" as ${wanted}.`);
    }
  }
}
