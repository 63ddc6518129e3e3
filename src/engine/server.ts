import {
  type CancellationToken,
  ErrorCodes,
  type MessageConnection,
  type RequestHandler,
  type RequestType,
  ResponseError,
} from "vscode-jsonrpc";
import { LocalghostError, toLocalghostError } from "../shared/errors.ts";
import {
  type ErrorData,
  GenerateRequest,
  generateProgress,
  InitializeRequest,
  LoadModelRequest,
  LogNotification,
  PROTOCOL_VERSION,
  ScoreRequest,
  ShutdownRequest,
  TokenizeRequest,
} from "../shared/protocol.ts";
import { VERSION } from "../shared/version.ts";
import { checkRequest } from "./checkRequest.ts";
import type { Engine } from "./engine.ts";
import { ORT_VERSION } from "./model/onnxRuntimeVersion.ts";

/**
 * Serves an engine over a connection until the other side closes it.
 * @param exit called after a shutdown request was answered, and when the connection is gone
 */
export function serve(connection: MessageConnection, engine: Engine, exit: () => void): void {
  let initialized = false;

  const handle = <P, R>(
    type: RequestType<P, R, ErrorData>,
    answer: (params: P, signal: AbortSignal) => Promise<R> | R,
  ): void => {
    const handler = async (params: P, token: CancellationToken): Promise<R | ResponseError<ErrorData>> => {
      try {
        if (!initialized && type.method !== InitializeRequest.method) {
          throw new LocalghostError(
            "invalidRequest",
            `The first request must be "${InitializeRequest.method}", not "${type.method}".`,
          );
        }
        checkRequest(type.method, params);
        return await answer(params, abortSignal(token));
      } catch (error) {
        return toResponseError(error);
      }
    };
    connection.onRequest(type, handler as RequestHandler<P, R, ErrorData>);
  };

  handle(InitializeRequest, (params) => {
    if (params.protocolVersion !== PROTOCOL_VERSION) {
      throw new LocalghostError(
        "versionMismatch",
        `The engine speaks version ${PROTOCOL_VERSION} of the protocol and ${params.client} version ${params.protocolVersion}: install one version of Localghost and reload.`,
      );
    }
    initialized = true;
    engine.configure({ threads: params.threads, cacheFolder: params.cacheFolder });
    const runtime = `node ${process.versions.node} ${process.platform}-${process.arch}, onnxruntime ${ORT_VERSION}`;
    return { protocolVersion: PROTOCOL_VERSION, engineVersion: VERSION, runtime };
  });
  handle(LoadModelRequest, async (spec, signal) => {
    const info = await engine.load(spec, signal);
    const message = `loaded ${info.name} (${info.dtype} on ${info.device}) in ${Math.round(info.loadMs)} ms`;
    await connection.sendNotification(LogNotification, { level: "info", message });
    return info;
  });
  handle(GenerateRequest, (params, signal) => {
    const { progressToken } = params;
    return engine.generate(params, signal, (progress) => {
      if (progressToken !== undefined) void connection.sendProgress(generateProgress, progressToken, progress);
    });
  });
  handle(ScoreRequest, (params, signal) => engine.score(params, signal));
  handle(TokenizeRequest, (params) => engine.tokenize(params));
  connection.onRequest(ShutdownRequest, () => {
    // The answer must leave before the process does.
    setImmediate(exit);
    return null;
  });
  connection.onClose(exit);
  connection.onError(([error]) => {
    // A message that could not be read belongs to no request: say so and go on.
    console.error(`A malformed message was ignored: ${error.message.split("\n")[0] ?? ""}`);
  });
  connection.listen();
}

function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** LSP's code for a request that its sender cancelled. */
const REQUEST_CANCELLED = -32800;

function toResponseError(thrown: unknown): ResponseError<ErrorData> {
  const error = toLocalghostError(thrown);
  const code =
    error.kind === "cancelled"
      ? REQUEST_CANCELLED
      : error.kind === "invalidRequest"
        ? ErrorCodes.InvalidParams
        : ErrorCodes.InternalError;
  if (error.kind === "internal") console.error(error.cause ?? error);
  return new ResponseError(code, error.message, { kind: error.kind });
}
