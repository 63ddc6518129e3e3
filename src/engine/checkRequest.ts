import { LocalghostError } from "../shared/errors.ts";
import {
  GenerateRequest,
  InitializeRequest,
  LoadModelRequest,
  ScoreRequest,
  ShutdownRequest,
  TokenizeRequest,
} from "../shared/protocol.ts";

type JsonType = "string" | "number" | "object";

/** The parameters that every later step takes for granted, by method. */
const required: Readonly<Record<string, Readonly<Record<string, JsonType>>>> = {
  [InitializeRequest.method]: { protocolVersion: "number", client: "string" },
  [LoadModelRequest.method]: { folder: "string" },
  [GenerateRequest.method]: { model: "object", prompt: "string", maxTokens: "number", priority: "string" },
  [ScoreRequest.method]: { model: "object", text: "string", priority: "string" },
  [TokenizeRequest.method]: { model: "object", text: "string" },
  [ShutdownRequest.method]: {},
};

/** @throws LocalghostError `invalidRequest` that names the first parameter that is missing or of another type */
export function checkRequest(method: string, params: unknown): void {
  requireFields(method, params, required[method] ?? {});
  const model = (params as { model?: unknown }).model;
  if (model !== undefined) requireFields(`${method}: model`, model, { folder: "string" });
}

function requireFields(where: string, value: unknown, fields: Readonly<Record<string, JsonType>>): void {
  if (typeof value !== "object" || value === null) {
    throw new LocalghostError("invalidRequest", `"${where}" needs an object of parameters.`);
  }
  for (const [name, type] of Object.entries(fields)) {
    const field = (value as Record<string, unknown>)[name];
    if (typeof field !== type || field === null) {
      throw new LocalghostError("invalidRequest", `"${where}" needs "${name}" as a ${type}.`);
    }
  }
}
