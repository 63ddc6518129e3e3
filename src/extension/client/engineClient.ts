import * as l10n from "@vscode/l10n";
import {
  CancellationTokenSource,
  ConnectionError,
  Emitter,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  createMessageConnection,
  type CancellationToken,
  type Event,
  type MessageConnection,
  type RequestParam,
  type RequestType,
} from "vscode-jsonrpc/node";
import { LocalghostError, isErrorKind } from "../../shared/errors.ts";
import {
  MemoryClearRequest,
  type MemoryEditParams,
  MemoryEditRequest,
  type MemoryEditResult,
  type MemoryParams,
  type MemoryRemoveParams,
  MemoryRemoveRequest,
  type MemoryStatus,
  type MemoryUpdateParams,
  MemoryUpdateRequest,
} from "../../shared/memory.ts";
import {
  DetokenizeRequest,
  GenerateRequest,
  InitializeRequest,
  type LoadModelParams,
  LoadModelRequest,
  LogNotification,
  ModelChangedNotification,
  ModelUnloadedNotification,
  PROTOCOL_VERSION,
  RankRequest,
  ScoreRequest,
  ShutdownRequest,
  TokenizeRequest,
  WarmRequest,
  generateProgress,
  type DetokenizeParams,
  type DetokenizeResult,
  type ErrorData,
  type GenerateParams,
  type GenerateProgress,
  type GenerateResult,
  type InitializeParams,
  type InitializeResult,
  type ModelInfo,
  type RankParams,
  type RankResult,
  type ScoreParams,
  type ScoreResult,
  type TokenizeParams,
  type TokenizeResult,
  type WarmParams,
  type WarmResult,
} from "../../shared/protocol.ts";
import { abortable, cancelled } from "../cancellation.ts";
import type { Log } from "../log.ts";
import { awakeTimeout } from "./awakeTimeout.ts";
import type { Backend } from "./backend.ts";
import type { EngineProcess } from "./engineProcess.ts";

/** A start includes reading the bundle from a cold disk. */
const INITIALIZE_TIMEOUT_MS = 30_000;
/** Loading a large model onto a device is one step of many seconds, and the engine looks for cancellations between steps. */
const CANCEL_TIMEOUT_MS = 60_000;
const SHUTDOWN_TIMEOUT_MS = 2_000;

/** Typed calls to one engine process. When the process ends, every pending call fails with the reason. */
export class EngineClient implements Backend {
  /** Resolves with the reason once the process has ended. */
  readonly ended: Promise<LocalghostError>;
  readonly pid: number | undefined;
  readonly #process: EngineProcess;
  readonly #connection: MessageConnection;
  readonly #log: Log;
  readonly #modelChanged = new Emitter<ModelInfo>();
  readonly #modelUnloaded = new Emitter<ModelInfo>();
  #reason: LocalghostError | undefined;
  #nextProgressToken = 1;

  constructor(process: EngineProcess, log: Log) {
    this.#process = process;
    this.#log = log;
    this.pid = process.pid;
    const reader = new StreamMessageReader(process.stdout);
    // Else its timer, which tells of messages that are slow to come, goes on for ever after an engine that died within one.
    reader.partialMessageTimeout = 0;
    this.#connection = createMessageConnection(reader, new StreamMessageWriter(process.stdin));
    this.#connection.onNotification(LogNotification, ({ level, message }) => {
      log[level](`engine: ${message}`);
    });
    this.#connection.onNotification(ModelChangedNotification, (model) => {
      this.#modelChanged.fire(model);
    });
    this.#connection.onNotification(ModelUnloadedNotification, (model) => {
      this.#modelUnloaded.fire(model);
    });
    this.#connection.onError(([error]) => {
      // Its end of a pipe is gone: what has happened to the process itself says more.
      if ("code" in error) this.#process.kill();
      else this.#kill(l10n.t("The engine sent something that is not a message ({0}).", error.message));
    });
    this.ended = process.exited.then((how) => {
      this.#reason ??= new LocalghostError("engineStopped", l10n.t("The engine stopped unexpectedly ({0}).", how));
      this.#connection.dispose();
      return this.#reason;
    });
    this.#connection.listen();
  }

  /** A loaded model moved to another device, or was loaded again. */
  get onDidChangeModel(): Event<ModelInfo> {
    return this.#modelChanged.event;
  }

  /** A model was not used for a time, and its memory is free. */
  get onDidUnloadModel(): Event<ModelInfo> {
    return this.#modelUnloaded.event;
  }

  /** False as soon as its process has ended or is being ended. */
  get isRunning(): boolean {
    return this.#reason === undefined;
  }

  /** The first call: both sides must speak the same protocol. */
  async initialize(params: Omit<InitializeParams, "protocolVersion">): Promise<InitializeResult> {
    const stopWaiting = awakeTimeout(INITIALIZE_TIMEOUT_MS, () => {
      this.#kill(l10n.t("The engine did not start within {0} seconds.", INITIALIZE_TIMEOUT_MS / 1000));
    });
    const result = await this.#call(InitializeRequest, { ...params, protocolVersion: PROTOCOL_VERSION }).finally(
      stopWaiting,
    );
    if (result.protocolVersion === PROTOCOL_VERSION) return result;
    throw new LocalghostError(
      "versionMismatch",
      l10n.t(
        "The engine speaks version {0} of the protocol, the extension {1}. Reload the window.",
        result.protocolVersion,
        PROTOCOL_VERSION,
      ),
    );
  }

  loadModel(model: LoadModelParams, signal?: AbortSignal): Promise<ModelInfo> {
    return this.#call(LoadModelRequest, model, signal);
  }

  /** With `onToken`, tokens arrive as they are generated. */
  async generate(
    params: Omit<GenerateParams, "progressToken">,
    signal?: AbortSignal,
    onToken?: (progress: GenerateProgress) => void,
  ): Promise<GenerateResult> {
    if (!onToken) return this.#call(GenerateRequest, params, signal);
    const progressToken = this.#nextProgressToken++;
    const listener = this.#connection.onProgress(generateProgress, progressToken, onToken);
    return this.#call(GenerateRequest, { ...params, progressToken }, signal).finally(() => {
      listener.dispose();
    });
  }

  /** Reads a prompt ahead; see {@link WarmRequest}. */
  warm(params: WarmParams, signal?: AbortSignal): Promise<WarmResult> {
    return this.#call(WarmRequest, params, signal);
  }

  score(params: ScoreParams, signal?: AbortSignal): Promise<ScoreResult> {
    return this.#call(ScoreRequest, params, signal);
  }

  /** How likely several continuations of a prompt are; see {@link RankRequest}. */
  rank(params: RankParams, signal?: AbortSignal): Promise<RankResult> {
    return this.#call(RankRequest, params, signal);
  }

  tokenize(params: TokenizeParams, signal?: AbortSignal): Promise<TokenizeResult> {
    return this.#call(TokenizeRequest, params, signal);
  }

  detokenize(params: DetokenizeParams, signal?: AbortSignal): Promise<DetokenizeResult> {
    return this.#call(DetokenizeRequest, params, signal);
  }

  /** Takes files into the memory of the workspace; answers when they are in. */
  updateMemory(params: MemoryUpdateParams): Promise<MemoryStatus> {
    return this.#call(MemoryUpdateRequest, params);
  }

  editMemory(params: MemoryEditParams): Promise<MemoryEditResult> {
    return this.#call(MemoryEditRequest, params);
  }

  removeFromMemory(params: MemoryRemoveParams): Promise<MemoryStatus> {
    return this.#call(MemoryRemoveRequest, params);
  }

  clearMemory(params: MemoryParams): Promise<MemoryStatus> {
    return this.#call(MemoryClearRequest, params);
  }

  /** Asks the engine to end, and ends it if it does not. */
  async close(): Promise<void> {
    if (this.#reason) return;
    this.#reason = new LocalghostError("engineStopped", l10n.t("The engine was stopped."));
    const timer = setTimeout(() => {
      this.#process.kill();
    }, SHUTDOWN_TIMEOUT_MS);
    await this.#connection.sendRequest(ShutdownRequest).catch(() => undefined);
    // The engine also ends when its input does, should it not know the request.
    this.#connection.end();
    await this.ended.finally(() => {
      clearTimeout(timer);
    });
  }

  async #call<P, R>(type: RequestType<P, R, ErrorData>, params: P, signal?: AbortSignal): Promise<R> {
    if (this.#reason) throw this.#reason;
    if (signal?.aborted) throw cancelled();
    const source = new CancellationTokenSource();
    const response = this.#send(type, params, source.token);
    if (!signal) return response;
    const cancel = () => {
      source.cancel();
      this.#killUnlessAnswered(response);
    };
    const settle = () => {
      signal.removeEventListener("abort", cancel);
    };
    signal.addEventListener("abort", cancel);
    response.then(settle, settle);
    return abortable(response, signal);
  }

  async #send<P, R>(type: RequestType<P, R, ErrorData>, params: P, token: CancellationToken): Promise<R> {
    try {
      return await this.#connection.sendRequest(type, params as RequestParam<P>, token);
    } catch (thrown) {
      if (isLost(thrown)) {
        // The process is told to be dead a moment after its pipes are.
        this.#process.kill();
        throw await this.ended;
      }
      throw this.#reason ?? fromResponse(thrown);
    }
  }

  #killUnlessAnswered(response: Promise<unknown>): void {
    const stopWaiting = awakeTimeout(CANCEL_TIMEOUT_MS, () => {
      this.#kill(l10n.t("The engine ignored a cancellation for {0} seconds.", CANCEL_TIMEOUT_MS / 1000));
    });
    response.then(stopWaiting, stopWaiting);
  }

  #kill(message: string): void {
    this.#log.error(message);
    this.#reason ??= new LocalghostError("engineStopped", message);
    this.#process.kill();
  }
}

/** Whether a request could not be sent at all. */
function isLost(thrown: unknown): boolean {
  if (thrown instanceof ConnectionError) return true;
  return thrown instanceof ResponseError && thrown.code === ErrorCodes.MessageWriteError;
}

function fromResponse(thrown: unknown): LocalghostError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const data: unknown = thrown instanceof ResponseError ? thrown.data : undefined;
  const kind = typeof data === "object" && data !== null && "kind" in data ? data.kind : undefined;
  return new LocalghostError(isErrorKind(kind) ? kind : "internal", message, { cause: thrown });
}
