import * as l10n from "@vscode/l10n";
import {
  type CancellationToken,
  ErrorCodes,
  type MessageConnection,
  type RequestType,
  ResponseError,
} from "vscode-jsonrpc";
import { LocalghostError, toLocalghostError } from "../shared/errors.ts";
import {
  MemoryClearRequest,
  MemoryEditRequest,
  MemoryRemoveRequest,
  MemoryStatusRequest,
  MemoryUpdateRequest,
} from "../shared/memory.ts";
import {
  DetokenizeRequest,
  type ErrorData,
  GenerateRequest,
  generateProgress,
  InitializeRequest,
  LoadModelRequest,
  type LogMessage,
  LogNotification,
  PROTOCOL_VERSION,
  RankRequest,
  ScoreRequest,
  ShutdownRequest,
  TokenizeRequest,
  WarmRequest,
} from "../shared/protocol.ts";
import { VERSION } from "../shared/version.ts";
import { checkedParams } from "./checkedParams.ts";
import type { Engine } from "./engine.ts";
import { MalformedMessageError } from "./messageReader.ts";
import { IN_WEBASSEMBLY, ORT_VERSION } from "./model/onnxRuntimeVersion.ts";

/**
 * Serves an engine over a connection until the other side closes it.
 * @param exit called after a shutdown request was answered, and when the connection is gone
 */
export function serve(connection: MessageConnection, engine: Engine, exit: () => void): void {
  let initialized = false;

  const handle = <P, R>(
    { method }: RequestType<P, R, ErrorData>,
    answer: (params: P, signal: AbortSignal) => Promise<R> | R,
  ): void => {
    // By name and not by type: the library itself would answer a request without parameters, and without a kind.
    connection.onRequest(method, async (...args: unknown[]): Promise<R | ResponseError<ErrorData>> => {
      try {
        if (!initialized && method !== InitializeRequest.method) {
          throw new LocalghostError(
            "invalidRequest",
            `The first request must be "${InitializeRequest.method}", not "${method}".`,
          );
        }
        const token = args.at(-1) as CancellationToken;
        const params = args.length > 1 ? args[0] : undefined;
        return await answer(checkedParams(method, params) as P, abortSignal(token));
      } catch (error) {
        return toResponseError(error);
      }
    });
  };

  handle(InitializeRequest, (params) => {
    if (params.protocolVersion !== PROTOCOL_VERSION) {
      throw new LocalghostError(
        "versionMismatch",
        l10n.t(
          "The engine speaks version {0} of the protocol and {1} version {2}: install one version of Localghost and reload.",
          PROTOCOL_VERSION,
          params.client,
          params.protocolVersion,
        ),
      );
    }
    initialized = true;
    const { threads, cacheFolder, cacheMegabytes, unloadAfterMinutes } = params;
    engine.configure({ threads, cacheFolder, cacheMegabytes, unloadAfterMinutes });
    const runtime = `node ${process.versions.node} ${process.platform}-${process.arch}, onnxruntime ${ORT_VERSION}${IN_WEBASSEMBLY ? " in WebAssembly" : ""}`;
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
      if (progressToken === undefined) return;
      // A write that fails is reported to onError below.
      connection.sendProgress(generateProgress, progressToken, progress).catch(() => undefined);
    });
  });
  handle(WarmRequest, (params, signal) => engine.warm(params, signal));
  handle(ScoreRequest, (params, signal) => engine.score(params, signal));
  handle(RankRequest, (params, signal) => engine.rank(params, signal));
  handle(TokenizeRequest, (params) => engine.tokenize(params));
  handle(DetokenizeRequest, (params) => engine.detokenize(params));
  const { memories } = engine;
  handle(MemoryUpdateRequest, (params, signal) => memories.update(params, signal));
  handle(MemoryEditRequest, (params) => memories.edit(params));
  handle(MemoryRemoveRequest, (params) => memories.remove(params));
  handle(MemoryClearRequest, (params) => memories.clear(params));
  handle(MemoryStatusRequest, (params) => memories.status(params));
  connection.onRequest(ShutdownRequest, () => {
    // Messages leave in order: when this one has left, so has the answer.
    const last: LogMessage = { level: "info", message: "the engine ends" };
    setImmediate(() => void connection.sendNotification(LogNotification, last).then(exit, exit));
    return null;
  });
  connection.onRequest((method) => unknownMethod(method));
  connection.onClose(exit);
  connection.onError(([error]) => {
    // A message that could not be read belongs to no request: say so and go on.
    if (error instanceof MalformedMessageError) console.error(`A malformed message was ignored: ${error.message}.`);
    // Any other error is the streams' own: the client is gone.
    else exit();
  });
  connection.listen();
}

function abortSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function unknownMethod(method: string): ResponseError<ErrorData> {
  return new ResponseError(ErrorCodes.MethodNotFound, `There is no method "${method}".`, { kind: "invalidRequest" });
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
