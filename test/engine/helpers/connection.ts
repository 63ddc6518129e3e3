import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import type { TestContext } from "node:test";
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { Engine } from "../../../src/engine/engine.ts";
import { RecoveringMessageReader } from "../../../src/engine/messageReader.ts";
import { serve } from "../../../src/engine/server.ts";
import { type ErrorData, InitializeRequest, PROTOCOL_VERSION } from "../../../src/shared/protocol.ts";

export const INITIALIZE = { protocolVersion: PROTOCOL_VERSION, client: "test" };

/** A framed message, of any content. */
export function framed(content: unknown): string {
  const json = typeof content === "string" ? content : JSON.stringify(content);
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

export interface Served {
  client: MessageConnection;
  /** What the server reads: for bytes that no client would send. */
  toServer: PassThrough;
  exits: () => number;
}

/** A server and a client over a pair of streams in memory. */
export function serveInMemory(t: TestContext): Served {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const engine = new Engine({ threads: 2 });
  let exits = 0;
  const server = createMessageConnection(new RecoveringMessageReader(toServer), new StreamMessageWriter(toClient));
  serve(server, engine, () => exits++);
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  t.after(async () => {
    client.dispose();
    await engine.dispose();
  });
  return { client, toServer, exits: () => exits };
}

export async function initialized(t: TestContext): Promise<Served> {
  const served = serveInMemory(t);
  await served.client.sendRequest(InitializeRequest, INITIALIZE);
  return served;
}

/** The error that a request was answered with. */
export async function errorOf(request: Promise<unknown>): Promise<{ kind: unknown; code: number; message: string }> {
  const error = await request.then(
    (result) => new Error(`it was answered with ${JSON.stringify(result)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ResponseError)) throw error;
  const { code, message, data } = error as ResponseError<ErrorData>;
  return { kind: data?.kind, code, message };
}

const root = path.resolve(import.meta.dirname, "..", "..", "..");

export interface EngineProcess {
  client: MessageConnection;
  child: ReturnType<typeof spawnEngine>;
  stdout: () => string;
  stderr: () => string;
  exited: Promise<[number | null, NodeJS.Signals | null]>;
}

function spawnEngine(nodeOptions: readonly string[], args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [...nodeOptions, ...args], { cwd: root, env, stdio: "pipe" });
}

/** The engine as the extension runs it; it is killed when the test ends. */
export function startEngine(
  t: TestContext,
  nodeOptions: readonly string[] = [],
  args = ["src/engine/main.ts"],
  env = process.env,
): EngineProcess {
  const child = spawnEngine(nodeOptions, args, env);
  t.after(() => child.kill("SIGKILL"));
  const received = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => (received[name] += chunk.toString("utf8")));
  }
  // Writing to a process that is gone fails; the tests look at its end.
  child.stdin.on("error", () => undefined);
  const client = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  client.listen();
  const exited = once(child, "close") as EngineProcess["exited"];
  return { client, child, exited, stdout: () => received.stdout, stderr: () => received.stderr };
}

/** The contents of framed messages. @throws when anything stands between them */
export function unframed(text: string): unknown[] {
  const messages: unknown[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest.toString("latin1"));
    if (!header) throw new Error(`this is no message: ${rest.toString("utf8").slice(0, 200)}`);
    const end = header[0].length + Number(header[1]);
    messages.push(JSON.parse(rest.toString("utf8", header[0].length, end)));
    rest = rest.subarray(end);
  }
  return messages;
}
