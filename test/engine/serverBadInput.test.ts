/** Requests that are wrong and bytes that are none: each gets one sentence, and the server goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { InitializeRequest, PROTOCOL_VERSION } from "../../src/shared/protocol.ts";
import { errorOf, framed, INITIALIZE, initialized } from "./helpers/connection.ts";

const model = { folder: "/nowhere" };
const generate = { model, prompt: "a", maxTokens: 1, priority: "action" };

/** Requests with wrong parameters, and what is wrong. */
const wrong: [string, unknown[], RegExp][] = [
  ["nope", [{}], /^There is no method "nope"\.$/],
  ["toString", [{}], /^There is no method "toString"\.$/],
  ["generate", [], /^"generate" needs an object of parameters\.$/],
  ["generate", [null], /^"generate" needs an object of parameters\.$/],
  ["generate", ["text"], /^"generate" needs an object of parameters\.$/],
  ["generate", [1, 2, 3], /^"generate" needs an object of parameters\.$/],
  ["generate", [{}], /^"generate" needs "model" as an object\.$/],
  ["generate", [{ ...generate, model: null }], /^"generate" needs "model" as an object\.$/],
  ["generate", [{ ...generate, model: [] }], /^"generate" needs "model" as an object\.$/],
  ["generate", [{ ...generate, model: {} }], /^"generate: model" needs "folder" as a string\.$/],
  ["generate", [{ ...generate, model: { ...model, dtype: 8 } }], /^"generate: model" needs "dtype" as a string\.$/],
  ["generate", [{ ...generate, prompt: 5 }], /^"generate" needs "prompt" as a string\.$/],
  ["generate", [{ ...generate, maxTokens: "5" }], /^"generate" needs "maxTokens" as a number\.$/],
  ["generate", [{ ...generate, stop: "\n" }], /^"generate" needs "stop" as a list of strings\.$/],
  ["generate", [{ ...generate, stop: [1] }], /^"generate" needs "stop" as a list of strings\.$/],
  ["generate", [{ ...generate, sampling: 1 }], /^"generate" needs "sampling" as an object\.$/],
  ["generate", [{ ...generate, ignoreEndOfText: "no" }], /^"generate" needs "ignoreEndOfText" as true or false\.$/],
  ["generate", [{ ...generate, progressToken: {} }], /^"generate" needs "progressToken" as a string or a number\.$/],
  ["generate", [{ ...generate, priority: "urgent" }], /^There is no priority "urgent": use completion, action, back/],
  ["score", [{ model, priority: "action" }], /^"score" needs "text" as a string\.$/],
  ["rank", [{ model, prompt: "a", priority: "action" }], /^"rank" needs "candidates" as a list of strings\.$/],
  ["rank", [{ model, prompt: "a", candidates: ["b"], priority: "later" }], /^There is no priority "later": use comple/],
  ["tokenize", [{ model }], /^"tokenize" needs "text" as a string\.$/],
  ["detokenize", [{ model, ids: [1, -1] }], /^"detokenize" needs "ids" as a list of whole numbers, 0 or more\.$/],
  ["model/load", [{}], /^"model\/load" needs "folder" as a string\.$/],
  ["initialize", [{ client: "x" }], /^"initialize" needs "protocolVersion" as a number\.$/],
  ["initialize", [{ ...INITIALIZE, threads: -1 }], /^"initialize" needs "threads" as a whole number, 0 or more\.$/],
  ["initialize", [{ ...INITIALIZE, cacheFolder: 1 }], /^"initialize" needs "cacheFolder" as a string\.$/],
];

for (const [method, params, sentence] of wrong) {
  test(`${method} with ${JSON.stringify(params)} is refused in a sentence`, async (t) => {
    const { client } = await initialized(t);
    const { kind, message } = await errorOf(client.sendRequest(method, ...params));
    assert.equal(kind, "invalidRequest");
    assert.match(message, sentence);
    await client.sendRequest(InitializeRequest, INITIALIZE);
  });
}

/** The harmless ones are messages, and mean nothing. */
const malformed: [string, string, isHarmless?: true][] = [
  ["garbage", "garbage\r\n\r\nmore garbage"],
  ["a header without a length", "Content-Type: x\r\n\r\n{}"],
  ["a negative length", "Content-Length: -5\r\n\r\n{}"],
  ["a length that is too large", "Content-Length: 1000000\r\n\r\n{}"],
  ["an endless length", "Content-Length: 99999999999999\r\n\r\n{}"],
  ["broken JSON", framed("{oops")],
  ["JSON that is no request", framed({ jsonrpc: "2.0", hello: "world" })],
  ["null", framed("null")],
  ["a list of requests", framed([{ jsonrpc: "2.0", id: 1, method: "initialize" }])],
  ["a request with an id of null", framed({ jsonrpc: "2.0", id: null, method: "initialize", params: {} })],
  ["a cancellation without parameters", framed({ jsonrpc: "2.0", method: "$/cancelRequest" })],
  ["a cancellation of nothing", framed({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id: 12345 } }), true],
  ["a notification that nobody knows", framed({ jsonrpc: "2.0", method: "hello", params: {} }), true],
  ["a response to nothing", framed({ jsonrpc: "2.0", id: 99, result: 1 }), true],
];

for (const [name, bytes, isHarmless = false] of malformed) {
  test(`the server answers the next request after ${name}`, async (t) => {
    const { client, toServer, exits } = await initialized(t);
    const { mock } = t.mock.method(console, "error", () => undefined);
    toServer.write(bytes);
    const { protocolVersion } = await client.sendRequest(InitializeRequest, INITIALIZE);
    assert.equal(protocolVersion, PROTOCOL_VERSION);
    assert.equal(exits(), 0);
    const lines = mock.calls.map(({ arguments: [line] }) => String(line));
    assert.deepEqual(
      lines.map((line) => /^A malformed message was ignored: [^\n]+\.$/.test(line)),
      isHarmless ? [] : [true],
    );
  });
}
