/** Who may ask the server, and what nobody can make it do. */
import assert from "node:assert/strict";
import * as http from "node:http";
import * as net from "node:net";
import { after, describe, test } from "node:test";
import * as fc from "fast-check";
import { isToken, newToken } from "../../src/server/access.ts";
import type { Answer } from "../../src/server/answerRequest.ts";
import { startLocalServer } from "../../src/server/localServer.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import { engine, NANO, startServer, TOKEN } from "./helpers/server.ts";

interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** `fetch` sets headers such as Host by itself. */
function ask(url: string, options: http.RequestOptions = {}, body = ""): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function codeOf({ body }: Reply): unknown {
  return (JSON.parse(body) as { error: { code: unknown } }).error.code;
}

/** Sends bytes, and gives all that comes back until the server closes the connection. */
function send(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
    socket.on("close", () => resolve(received)).on("error", reject);
  });
}

const authorization = `Bearer ${TOKEN}`;

describe("the local server", () => {
  after(() => engine.dispose());

  test("answers nobody without its very token, but says that it is there", async (t) => {
    const { url } = await startServer(t);
    const refused = [undefined, "", "Bearer", `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`, TOKEN];
    for (const given of refused) {
      for (const [method, path] of [
        ["GET", "/v1/models"],
        ["POST", "/v1/completions"],
        ["POST", "/tokenize"],
      ] as const) {
        const headers = given === undefined ? {} : { authorization: given };
        const reply = await ask(`${url}${path}`, { method, headers });
        assert.deepEqual([reply.status, codeOf(reply)], [401, "invalid_api_key"], given);
        assert.equal(reply.headers["www-authenticate"], "Bearer");
      }
    }
    assert.equal((await ask(`${url}/v1/models`, { headers: { authorization } })).status, 200);
    assert.equal((await ask(`${url}/health`)).body, '{"status":"ok"}');
  });

  test("answers to its own names alone", async (t) => {
    const { url } = await startServer(t);
    const statusFor = async (host: string) =>
      (await ask(`${url}/v1/models`, { headers: { authorization, host } })).status;
    for (const host of ["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:8642"])
      assert.equal(await statusFor(host), 200, host);
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil",
      "a b",
      "evil@127.0.0.1",
      "localhost/evil",
    ]) {
      assert.equal(await statusFor(host), 403, host);
    }
    assert.match(await send(url, `GET /health HTTP/1.0\r\n\r\n`), /^HTTP\/1.1 403 /);
  });

  test("lets no page ask whose origin is not listed", async (t) => {
    const origin = "http://localhost:3000";
    const { url } = await startServer(t, { origins: [origin] });
    const reply = await ask(`${url}/v1/models`, { headers: { authorization, origin } });
    assert.deepEqual([reply.status, reply.headers["access-control-allow-origin"]], [200, origin]);
    const preflight = await ask(`${url}/v1/completions`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
    assert.deepEqual([preflight.status, preflight.headers["access-control-allow-headers"]], [204, "authorization"]);
    for (const foreign of ["http://localhost:3001", "https://evil.example", "null"]) {
      for (const method of ["GET", "OPTIONS"]) {
        const refused = await ask(`${url}/v1/models`, { method, headers: { authorization, origin: foreign } });
        assert.deepEqual([refused.status, codeOf(refused)], [403, "origin_not_allowed"], foreign);
        assert.equal(refused.headers["access-control-allow-origin"], undefined);
      }
    }
  });

  test("keeps no body that is too large, whether its length is told or not", async (t) => {
    const { url } = await startServer(t, { limits: { bodyBytes: 1000 } });
    const body = JSON.stringify({ model: NANO, prompt: "a".repeat(2000) });
    for (const headers of [
      { authorization, "content-length": body.length },
      { authorization, "transfer-encoding": "chunked" },
    ]) {
      const reply = await ask(`${url}/v1/completions`, { method: "POST", headers }, body);
      assert.deepEqual([reply.status, codeOf(reply)], [413, "body_too_large"]);
    }
  });

  test("waits for no client for ever", async (t) => {
    const { url } = await startServer(t, { limits: { headersMs: 50, requestMs: 100 } });
    const begin = `POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n`;
    const { url: small } = await startServer(t, { limits: { bodyBytes: 10, headersMs: 50, requestMs: 100 } });
    const endless = `${begin}Authorization: ${authorization}\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n${"a".repeat(20)}\r\n`;
    assert.match(await send(small, endless), /^HTTP\/1.1 413 /);
    for (const bytes of [begin, `${begin}Authorization: ${authorization}\r\nContent-Length: 100\r\n\r\n{`]) {
      assert.match(await send(url, bytes), /^HTTP\/1.1 408 /);
    }
  });

  test("answers what it cannot read by an error, and goes on", async (t) => {
    const answers: Answer[] = [];
    const { url } = await startServer(t, { onAnswer: (answer) => answers.push(answer) });
    const post = (path: string, body: string) =>
      ask(`${url}${path}`, { method: "POST", headers: { authorization } }, body);
    for (const body of ["", "{", "secret text", "null", "[]", "3", '"a"', "{}", '{"__proto__": 1}', '{"model":1}']) {
      for (const path of ["/v1/completions", "/tokenize", "/detokenize"]) {
        assert.equal((await post(path, body)).status, 400, body);
      }
    }
    assert.equal((await ask(`${url}/v1/completions`, { headers: { authorization } })).headers.allow, "POST");
    for (const path of ["/", "/v1", "/v1/models/%ff", "//", "/v1/completions/secret%20text"]) {
      const { status } = await ask(`${url}${path}`, { headers: { authorization } });
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    }
    assert.match(await send(url, "secret text\r\n\r\n"), /^HTTP\/1.1 400 /);
    const logged = JSON.stringify(answers.map(({ route, status, ms, error }) => [route, status, ms, String(error)]));
    assert.ok(!logged.includes("secret"), logged);
    assert.equal((await ask(`${url}/health`)).status, 200);
  });

  test("answers random parameters with a result or an error of theirs", async (t) => {
    const { fetch } = await startServer(t);
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, 1, -1, 1e300, 0.5, true, null, "", "a", ["a"], [[1], [2]], {}),
    );
    const names = [
      "suffix",
      "temperature",
      "top_p",
      "n",
      "best_of",
      "stream",
      "logprobs",
      "echo",
      "stop",
      "seed",
      "top_k",
    ];
    const bodies = fc.record(
      { prompt: value, ...Object.fromEntries(names.map((name) => [name, value])), unknown: value },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const response = await fetch("/v1/completions", {
          method: "POST",
          body: JSON.stringify({ model: NANO, max_tokens: 1, ...body }),
        });
        const text = await response.text();
        assert.ok(response.status === 200 || response.status === 400, `${response.status}: ${text}`);
        if (response.status === 400)
          assert.equal(typeof (JSON.parse(text) as { error: { message: unknown } }).error.message, "string");
      }),
      { numRuns: 30 },
    );
  });

  test("listens on loopback, and says when its port is taken", async (t) => {
    const { url } = await startServer(t);
    assert.equal(new URL(url).hostname, "127.0.0.1");
    const port = Number(new URL(url).port);
    const backend = { models: () => [], engine };
    await assert.rejects(startLocalServer({ backend, token: TOKEN, port }), (error: unknown) => {
      assert.ok(error instanceof LocalghostError && error.kind === "invalidRequest");
      assert.match(error.message, /is in use/);
      return true;
    });
  });

  test("makes tokens that fit a header, each another one", () => {
    assert.ok(isToken(newToken()));
    assert.notEqual(newToken(), newToken());
    for (const weak of ["", "short", "a token with spaces in it", "tokens\nof two lines", "ein-Schlüssel-mit-ü"]) {
      assert.ok(!isToken(weak), weak);
    }
  });
});
