import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { ENGINE_NODE_FLAGS } from "../../src/extension/client/engineProcess.ts";
import { InitializeRequest, PROTOCOL_VERSION } from "../../src/shared/protocol.ts";

const ENGINE = path.resolve(import.meta.dirname, "../../src/engine/main.ts");

export interface RunningEngine {
  pid: number;
  connection: MessageConnection;
  stop(): Promise<void>;
}

/**
 * Starts the engine process that the editor talks to, and greets it.
 * @param file its source by default; the bundle takes less memory
 */
export async function startEngine(threads: number, cacheFolder: string, file = ENGINE): Promise<RunningEngine> {
  const child = spawn(process.execPath, [...ENGINE_NODE_FLAGS, file], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const params = { protocolVersion: PROTOCOL_VERSION, client: "bench", threads, cacheFolder };
  await connection.sendRequest(InitializeRequest, params);
  return { pid: child.pid ?? 0, connection, stop: () => stop(child, connection) };
}

async function stop(child: ChildProcess, connection: MessageConnection): Promise<void> {
  connection.dispose();
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}
