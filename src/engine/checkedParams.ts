import { LocalghostError } from "../shared/errors.ts";
import {
  MemoryClearRequest,
  MemoryEditRequest,
  MemoryRemoveRequest,
  MemoryStatusRequest,
  MemoryUpdateRequest,
} from "../shared/memory.ts";
import {
  DetokenizeRequest,
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
  [LoadModelRequest.method]: { ...modelFields, priority: "a string?" },
  [GenerateRequest.method]: {
    model: "an object",
    prompt: "a string",
    promptIds: "a list of whole numbers, 0 or more?",
    promptIdsText: "a string?",
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

/** What parameters that are objects have in them. */
const objectFields: Readonly<Record<string, Fields>> = {
  model: modelFields,
  memory: { path: "a string?", offset: "a whole number, 0 or more?", imports: "a list of strings?" },
};
/** The same of each entry of a list. */
const entryFields: Readonly<Record<string, Fields>> = {
  files: { path: "a string", text: "a string" },
  edits: { start: "a whole number, 0 or more", removed: "a whole number, 0 or more", text: "a string" },
  renames: { from: "a string", to: "a string" },
};

/**
 * The parameters of a request whose types are right, and none but those that it has: what else a client sends, nobody has
 * checked, and another request may know it by that name.
 * @throws LocalghostError `invalidRequest` that names the first parameter that is missing or of another type
 */
export function checkedParams(method: string, params: unknown): Record<string, unknown> {
  const known = checkedFields(method, params, methods[method] ?? {});
  for (const [name, fields] of Object.entries(objectFields)) {
    if (known[name] !== undefined) known[name] = checkedFields(`${method}: ${name}`, known[name], fields);
  }
  for (const [name, fields] of Object.entries(entryFields)) {
    const entries = known[name] as unknown[] | undefined;
    if (entries) known[name] = entries.map((entry) => checkedFields(`${method}: ${name}`, entry, fields));
  }
  return known;
}

function checkedFields(where: string, value: unknown, fields: Fields): Record<string, unknown> {
  if (!checks["an object"](value)) {
    throw new LocalghostError("invalidRequest", `"${where}" needs an object of parameters.`);
  }
  const known: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(fields)) {
    const field = (value as Record<string, unknown>)[name];
    const isOptional = type.endsWith("?");
    if (isOptional && field === undefined) continue;
    const wanted = (isOptional ? type.slice(0, -1) : type) as Check;
    if (!checks[wanted](field)) {
      throw new LocalghostError("invalidRequest", `"${where}" needs "${name}" as ${wanted}.`);
    }
    known[name] = field;
  }
  return known;
}
