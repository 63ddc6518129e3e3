import { PassThrough } from "node:stream";
import { createMessageConnection, ResponseError, type MessageConnection } from "vscode-jsonrpc/node";
import type { EngineProcess } from "../../../../src/extension/client/engineProcess.ts";
import type { Log } from "../../../../src/extension/log.ts";
import type { ErrorKind } from "../../../../src/shared/errors.ts";
import {
  GenerateRequest,
  InitializeRequest,
  LoadModelRequest,
  PROTOCOL_VERSION,
  ShutdownRequest,
  type ErrorData,
  type GenerateResult,
  type ModelInfo,
} from "../../../../src/shared/protocol.ts";

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const model: ModelInfo = {
  name: "tiny",
  folder: "/models/tiny",
  device: "cpu",
  deviceReason: "The CPU was asked for.",
  dtype: "int8",
  parameters: 1,
  layers: 1,
  heads: 1,
  width: 1,
  vocabularySize: 1,
  contextLength: 512,
  loadMs: 1,
};

export function generated(text: string): GenerateResult {
  return {
    text,
    tokens: [],
    finishReason: "stop",
    promptTokens: 1,
    reusedTokens: 0,
    draftedTokens: 0,
    acceptedTokens: 0,
    device: "cpu",
    dtype: "int8",
    timings: { loadMs: 0, prefillMs: 1, decodeMsPerToken: 1 },
  };
}

export function failure(kind: ErrorKind, message: string): ResponseError<ErrorData> {
  return new ResponseError(-32000, message, { kind });
}

/** A process whose other end is in this one: its answers are the test's. */
export class FakeEngine implements EngineProcess {
  readonly pid = 42;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly server: MessageConnection = createMessageConnection(this.stdin, this.stdout);
  readonly exited: Promise<string>;
  wasKilled = false;
  #exit: (how: string) => void = () => undefined;

  constructor() {
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
  }

  /** Answers what a healthy engine answers at its start and end. */
  answerStart(): this {
    this.server.onRequest(InitializeRequest, () => ({
      protocolVersion: PROTOCOL_VERSION,
      engineVersion: "0.0.0",
      runtime: "a test",
    }));
    this.server.onRequest(LoadModelRequest, () => model);
    this.server.onRequest(GenerateRequest, ({ prompt }) => generated(`${prompt}!`));
    this.server.onRequest(ShutdownRequest, () => {
      setImmediate(() => this.exit("exit code 0"));
      return null;
    });
    this.server.listen();
    return this;
  }

  exit(how: string): void {
    this.server.dispose();
    this.#exit(how);
  }

  kill(): void {
    this.wasKilled = true;
    this.exit("signal SIGKILL");
  }
}
