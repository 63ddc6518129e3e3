import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { RecoveringMessageReader } from "../../../src/engine/messageReader.ts";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { framed } from "../../engine/helpers/connection.ts";

interface Received {
  messages: unknown[];
  errors: string[];
}

/** Reads bytes that arrive in parts of any size. */
async function receive(bytes: Buffer, partLength: () => number): Promise<Received> {
  const stream = new PassThrough();
  const reader = new RecoveringMessageReader(stream);
  const received: Received = { messages: [], errors: [] };
  reader.onError(({ message }) => received.errors.push(message));
  reader.listen((message) => received.messages.push(message));
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + partLength());
    at += part.length;
    stream.write(part);
  }
  await new Promise((resolve) => setImmediate(resolve));
  return received;
}

function request(id: number, params: unknown = {}): { jsonrpc: string; id: number; method: string; params: unknown } {
  return { jsonrpc: "2.0", id, method: "tokenize", params };
}

const valid = request(1, { text: "né 🙂\r\n\r\nContent-Length: 5\r\n\r\n" });

/** What comes before a valid request, and the one complaint about it. */
const malformed: [string, string, string | undefined][] = [
  ["nothing", "", undefined],
  ["another message", framed(request(2)), undefined],
  ["garbage", "garbage", "it has no Content-Length"],
  ["garbage with line breaks", "gar\r\nbage\r\n", "it has no Content-Length"],
  ["a header without a length", "Content-Type: x\r\n\r\n{}", "it has no Content-Length"],
  ["a header without a colon", "Content-Length\r\n\r\n{}", "it has no Content-Length"],
  ["a length that is no number", 'Content-Length: abc\r\n\r\n{"a":1}', "it has no Content-Length"],
  ["a negative length", 'Content-Length: -5\r\n\r\n{"a":1}', "it has no Content-Length"],
  ["a length of 0", "Content-Length: 0\r\n\r\n", "it is not JSON"],
  ["broken JSON", framed('{"jsonrpc":'), "it is not JSON"],
  ["a length that is too small", `Content-Length: 9\r\n\r\n${JSON.stringify(request(2))}`, "it is not JSON"],
  ["a length a little too large", 'Content-Length: 20\r\n\r\n{"a":1}', "it is not JSON"],
  ["a length much too large", 'Content-Length: 99999\r\n\r\n{"a":1}', "it is shorter than its Content-Length"],
  ["an endless length", "Content-Length: 99999999999999999\r\n\r\n{}", "it claims 100000000000000000 bytes"],
  ["invalid UTF-8", framed('{"a":\xff}'), "it is not JSON"],
  ["null", framed("null"), "it is no request, notification or response"],
  ["a number", framed("5"), "it is no request, notification or response"],
  ["a list", framed("[]"), "it is no request, notification or response"],
  ["an object that is no request", framed({ a: 1 }), "it is no request, notification or response"],
  ["a request whose id is an object", framed({ id: {}, method: "x" }), "it is no request, notification or response"],
];

for (const [name, before, error] of malformed) {
  test(`a request is read after ${name}, however the bytes are cut`, async () => {
    const bytes = Buffer.from(before + framed(valid) + framed(request(3)));
    const random = seededRandom(4);
    const cuts = [() => bytes.length, () => 1, () => 3, () => 1 + Math.floor(random() * 40)];
    for (const cut of cuts) {
      const { messages, errors } = await receive(bytes, cut);
      assert.deepEqual(messages.slice(-2), [valid, request(3)]);
      assert.equal(messages.length, name === "another message" ? 3 : 2);
      // One that lies about its length may be found out in one of two ways, whichever comes first.
      const lies = name.startsWith("a length");
      assert.equal(errors.length, error === undefined ? 0 : 1, errors.join());
      if (error !== undefined && !lies) assert.equal(errors[0], error);
    }
  });
}

test("headers may have other fields, in any order and any case", async () => {
  const body = JSON.stringify(valid);
  const length = Buffer.byteLength(body);
  const headers = [
    `content-length:${length}`,
    `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${length}`,
    `CONTENT-LENGTH: ${length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8`,
  ];
  for (const header of headers) {
    const { messages, errors } = await receive(Buffer.from(`${header}\r\n\r\n${body}`), () => 7);
    assert.deepEqual([messages, errors], [[valid], []]);
  }
});

test("garbage without an end takes no memory, and costs one complaint", async () => {
  const garbage = Buffer.concat([Buffer.alloc(3_000_000, "x"), Buffer.from(framed(valid))]);
  const { messages, errors } = await receive(garbage, () => 65536);
  assert.deepEqual(messages, [valid]);
  assert.equal(errors.length, 1);
});

test("a long message arrives whole", async () => {
  const long = request(1, { text: "x\r\n".repeat(700_000) });
  const { messages, errors } = await receive(Buffer.from(framed(long)), () => 65536);
  assert.deepEqual(messages, [long]);
  assert.deepEqual(errors, []);
});

test("a message that its receiver cannot take is reported, and the next one delivered", async () => {
  const stream = new PassThrough();
  const reader = new RecoveringMessageReader(stream);
  const errors: string[] = [];
  const messages: unknown[] = [];
  reader.onError(({ message }) => errors.push(message));
  reader.listen((message) => {
    if (messages.push(message) === 1) throw new TypeError("no id");
  });
  stream.write(framed(request(1)) + framed(request(2)));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(messages, [request(1), request(2)]);
  assert.deepEqual(errors, ["no id"]);
});
