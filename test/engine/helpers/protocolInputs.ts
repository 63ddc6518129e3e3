/**
 * Inputs for the engine's side of the protocol: bytes that are no messages, and messages that make no sense. After each the
 * server must go on answering; what it answers is a result or one sentence.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { Engine } from "../../../src/engine/engine.ts";
import { RecoveringMessageReader } from "../../../src/engine/messageReader.ts";
import { serve } from "../../../src/engine/server.ts";
import { type ErrorData, InitializeRequest, PRIORITIES, TokenizeRequest } from "../../../src/shared/protocol.ts";
import { checkpointFolder } from "../../helpers/fixtures.ts";
import type { HostileCase } from "../../models/helpers/hostileInputs.ts";
import { framed, INITIALIZE, unframed } from "./connection.ts";

/** A request that goes on for longer is cancelled, and must then end. */
const PATIENCE_MS = 200;

interface Served {
  toServer: PassThrough;
  toClient: PassThrough;
  /** All that the server has written. */
  written: () => string;
  client: ReturnType<typeof createMessageConnection>;
}

function startServer(): Served {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const server = createMessageConnection(new RecoveringMessageReader(toServer), new StreamMessageWriter(toClient));
  serve(server, new Engine({ threads: 1 }), () => undefined);
  const written: Buffer[] = [];
  toClient.on("data", (chunk: Buffer) => written.push(chunk));
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  return { toServer, toClient, client, written: () => Buffer.concat(written).toString("utf8") };
}

/** Methods of the protocol, of JSON-RPC itself and of nobody. */
const METHODS = [
  ...["initialize", "model/load", "generate", "warm", "score", "rank", "tokenize", "shutdown"],
  ...["memory/update", "memory/edit", "memory/remove", "memory/clear", "memory/status"],
  ...["$/cancelRequest", "$/progress", "$/setTrace", "toString", "__proto__", ""],
];
const method = fc.constantFrom(...METHODS);
const anything = fc.jsonValue({ maxDepth: 3 });
/** Few, so that some come twice. */
const id = fc.oneof(fc.nat(3), fc.constantFrom("0", "a", null, -1, 1.5));

const message = fc.oneof(
  fc.record({ jsonrpc: fc.constant("2.0"), id, method, params: anything }, { requiredKeys: ["jsonrpc"] }),
  fc.record({ jsonrpc: fc.constant("2.0"), method: fc.constant("$/cancelRequest"), params: fc.record({ id }) }),
  fc.record({ jsonrpc: fc.constant("2.0"), id, result: anything }),
  fc.record({
    jsonrpc: fc.constant("2.0"),
    id,
    error: fc.oneof(fc.record({ code: fc.integer(), message: fc.string() }), anything),
  }),
  anything,
);

const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      ...[
        "\r\n\r\n",
        "\r\n",
        "Content-Length",
        "Content-Length: ",
        "Content-Length: 5\r\n",
        "Content-Length: -1\r\n\r\n",
      ],
      ...[
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length: 100000000\r\n\r\n",
        "Content-Length: 0\r\n\r\n",
      ],
      ...["Content-Length: 3\r\n\r\n{}", "Content-Type: x\r\n\r\n", "content-length:2\r\n\r\n{}", "{", "\ufeff"],
    )
    .map((text) => Buffer.from(text)),
);

/** Messages and garbage in one stream, which arrives in pieces of any size. */
const stream = fc
  .array(
    fc.oneof(
      garbage,
      message.map((content) => Buffer.from(framed(JSON.stringify(content)))),
    ),
    { maxLength: 8 },
  )
  .chain((parts) => {
    const bytes = Buffer.concat(parts);
    return fc.array(fc.nat(bytes.length), { maxLength: 4 }).map((cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
    });
  });

/** No other request has this id. */
const LAST = "the last";

async function bytesEndWell(pieces: readonly Buffer[]): Promise<void> {
  const { toServer, toClient, client, written } = startServer();
  // Its own requests would have ids that the inputs have, too.
  client.dispose();
  const say = console.error;
  const said: string[] = [];
  console.error = (line: unknown) => said.push(String(line));
  try {
    for (const piece of pieces) toServer.write(piece);
    // What was begun is ended by the header of the next message.
    toServer.write(framed({ jsonrpc: "2.0", id: LAST, method: InitializeRequest.method, params: INITIALIZE }));
    while (!written().includes(LAST)) await once(toClient, "data");
  } finally {
    console.error = say;
  }
  for (const one of unframed(written())) assert.doesNotMatch(JSON.stringify(one), /\bat .+:\d+:\d+/, "a stack trace");
  for (const line of said) assert.match(line, /^A malformed message was ignored: [^\n]+\.$/);
}

/** Numbers at the edges of what requests may ask for. */
const edge = fc.oneof(
  fc.integer({ min: -2, max: 40 }),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300, -1, 0.5, -0),
);
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.constantFrom("", "Once upon a time", "\ud800", "\0", "<|endoftext|>", "a".repeat(5000)),
);
const sampling = fc.record(
  {
    temperature: edge,
    topK: edge,
    topP: edge,
    minP: edge,
    repetitionPenalty: edge,
    seed: edge,
    frequencyPenalty: edge,
  },
  { requiredKeys: [] },
);
const memory = fc.record({ path: text, offset: edge, imports: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] });
const edits = fc.array(fc.record({ start: edge, removed: edge, text }), { maxLength: 4 });
const files = fc.array(fc.record({ path: text, text }), { maxLength: 4 });

/** Any parameter of any method, of its type or of another, some left out. */
function paramsFor(folder: string): fc.Arbitrary<object> {
  const model = fc.oneof(
    { weight: 8, arbitrary: fc.constant({ folder, device: "cpu" }) },
    fc.record(
      { folder: fc.oneof(text, fc.constant(folder)), dtype: fc.oneof(text, fc.constant("int4")), device: text },
      { requiredKeys: ["folder"] },
    ),
    anything,
  );
  const or = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary }, anything);
  return fc.record(
    {
      model,
      folder: fc.constant(folder),
      prompt: or(text),
      text: or(text),
      suffix: or(text),
      promptIds: or(fc.array(edge, { maxLength: 5 })),
      textIds: or(fc.array(edge, { maxLength: 5 })),
      contextTokens: or(edge),
      candidates: or(fc.array(text, { maxLength: 4 })),
      maxTokens: or(edge),
      sampling: or(sampling),
      stop: or(fc.array(text, { maxLength: 3 })),
      logprobs: or(edge),
      alternatives: or(edge),
      overflow: or(fc.constantFrom("fail", "keepEnd", "slide")),
      heal: or(fc.boolean()),
      drafts: or(fc.boolean()),
      ignoreEndOfText: or(fc.boolean()),
      memory: or(memory),
      priority: or(fc.constantFrom(...PRIORITIES)),
      progressToken: or(fc.nat(3)),
      path: or(text),
      edits: or(edits),
      length: or(edge),
      files: or(files),
      paths: or(fc.array(text, { maxLength: 3 })),
      maxMegabytes: or(edge),
    },
    { requiredKeys: ["model", "prompt", "text", "maxTokens", "priority", "folder", "candidates", "path", "length"] },
  );
}

/** What `initialize` sets holds for all that follows, and `shutdown` is for processes. */
const asked = fc.constantFrom(
  ...METHODS.filter((name) => !["initialize", "shutdown"].includes(name) && !name.startsWith("$")),
);

interface Request {
  method: string;
  params: object;
  /** Cancelled after so many milliseconds, if ever. */
  cancelAfter: number | undefined;
}

async function requestsEndWell(
  { client, toServer }: Served,
  folder: string,
  requests: readonly Request[],
): Promise<void> {
  await Promise.all(
    requests.map(async ({ method, params, cancelAfter }, i) => {
      const source = new CancellationTokenSource();
      const timer = setTimeout(() => source.cancel(), cancelAfter ?? PATIENCE_MS);
      try {
        await client.sendRequest(method, params, source.token);
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
        const { data, message } = error as ResponseError<ErrorData>;
        assert.notEqual(data?.kind ?? "internal", "internal", `${method}: ${message}`);
        assert.match(message, /^[^\n]+\.$/s);
      } finally {
        clearTimeout(timer);
      }
      // The same id as one that may be under way.
      if (i === 0) toServer.write(framed({ jsonrpc: "2.0", id: 1, method: "memory/status", params: {} }));
    }),
  );
  const { ids } = await client.sendRequest(TokenizeRequest, { model: { folder }, text: "a" });
  assert.equal(ids.length, 1);
}

export const PROTOCOL_CASES: readonly HostileCase[] = [
  {
    name: "protocol: bytes",
    secondsAtMost: 5,
    property: () => fc.asyncProperty(stream, bytesEndWell),
  },
  {
    name: "protocol: requests",
    secondsAtMost: 20,
    property: (work) => {
      const folder = path.join(work, "served");
      fs.cpSync(checkpointFolder("tiny-plain"), folder, { recursive: true });
      const served = startServer();
      const ready = served.client.sendRequest(InitializeRequest, {
        ...INITIALIZE,
        cacheFolder: path.join(work, "cache"),
      });
      const request = fc.record({
        method: asked,
        params: paramsFor(folder),
        cancelAfter: fc.oneof(fc.constant(undefined), fc.nat(20)),
      });
      return fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
        await ready;
        await requestsEndWell(served, folder, requests);
      });
    },
  },
];
