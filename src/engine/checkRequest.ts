import { LocalghostError } from "../shared/errors.ts";
import {
  DetokenizeRequest,
  GenerateRequest,
  InitializeRequest,
  LoadModelRequest,
  MemoryClearRequest,
  MemoryEditRequest,
  MemoryRemoveRequest,
  MemoryStatusRequest,
  MemoryUpdateRequest,
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
  "a list of objects": (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === "object" && item !== null),
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
    suffix: "a string?",
    heal: "true or false?",
    maxTokens: "a number",
    sampling: "an object?",
    stop: "a list of strings?",
    logprobs: "a number?",
    overflow: "a string?",
    ignoreEndOfText: "true or false?",
    drafts: "true or false?",
    alternatives: "a number?",
    keepRepeats: "true or false?",
    memory: "an object?",
    priority: "a string",
    progressToken: "a string or a number?",
  },
  [WarmRequest.method]: {
    model: "an object",
    prompt: "a string",
    suffix: "a string?",
    heal: "true or false?",
    maxTokens: "a number",
    overflow: "a string?",
  },
  [ScoreRequest.method]: {
    model: "an object",
    text: "a string",
    textIds: "a list of whole numbers, 0 or more?",
    contextTokens: "a whole number, 0 or more?",
    logprobs: "a number?",
    memory: "an object?",
    priority: "a string",
  },
  [RankRequest.method]: {
    model: "an object",
    prompt: "a string",
    candidates: "a list of strings",
    overflow: "a string?",
    memory: "an object?",
    priority: "a string",
  },
  [TokenizeRequest.method]: { model: "an object", text: "a string" },
  [DetokenizeRequest.method]: { model: "an object", ids: "a list of whole numbers, 0 or more" },
  [MemoryUpdateRequest.method]: {
    model: "an object",
    files: "a list of objects",
    maxMegabytes: "a number, 0 or more?",
  },
  [MemoryEditRequest.method]: {
    model: "an object",
    path: "a string",
    edits: "a list of objects",
    length: "a whole number, 0 or more",
  },
  [MemoryRemoveRequest.method]: { model: "an object", paths: "a list of strings", renames: "a list of objects?" },
  [MemoryClearRequest.method]: { model: "an object" },
  [MemoryStatusRequest.method]: { model: "an object" },
};

const memoryUseFields: Fields = {
  path: "a string?",
  offset: "a whole number, 0 or more?",
  imports: "a list of strings?",
};
/** The same of each entry of a list. */
const entryFields: Readonly<Record<string, Fields>> = {
  files: { path: "a string", text: "a string" },
  edits: { start: "a whole number, 0 or more", removed: "a whole number, 0 or more", text: "a string" },
  renames: { from: "a string", to: "a string" },
};

/** @throws LocalghostError `invalidRequest` that names the first parameter that is missing or of another type */
export function checkRequest(method: string, params: unknown): void {
  checkFields(method, params, methods[method] ?? {});
  const { model, memory } = params as { model?: unknown; memory?: unknown };
  if (methods[method]?.["model"]) checkFields(`${method}: model`, model, modelFields);
  if (memory !== undefined) checkFields(`${method}: memory`, memory, memoryUseFields);
  for (const [name, fields] of Object.entries(entryFields)) {
    if (methods[method]?.[name] === undefined) continue;
    const entries = (params as Record<string, unknown>)[name] ?? [];
    for (const entry of entries as unknown[]) checkFields(`${method}: ${name}`, entry, fields);
  }
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
