import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { connect } from "../../../../src/extension/remote/connect.ts";
import { TestCompletionsServer } from "../../../helpers/completionsServer.ts";
import { always, asked, bench, PATIENCE_MS } from "./helpers.ts";

suite("a server that fails", () => {
  test("is asked again where that may help", async (t) => {
    const { client, server } = await bench(t);
    server.fail({ kind: "status", status: 503 }, { kind: "status", status: 429, headers: { "retry-after": "0" } });
    assert.equal((await client.generate(asked)).text, " red fox.");
    assert.equal(server.completions.length, 3);
  });

  const failures: {
    name: string;
    fault: Parameters<TestCompletionsServer["fail"]>[0];
    message: RegExp;
    requests: number;
  }[] = [
    { name: "a wrong token", fault: { kind: "status", status: 401 }, message: /another token/, requests: 1 },
    {
      name: "no such model",
      fault: { kind: "status", status: 404 },
      message: /localghost\.remote\.model/,
      requests: 1,
    },
    {
      name: "a wait that is too long",
      fault: { kind: "status", status: 429, headers: { "retry-after": "3600" } },
      message: /too much to do/,
      requests: 1,
    },
    {
      name: "another address",
      fault: { kind: "status", status: 307, headers: { location: "https://elsewhere.example/v1/completions" } },
      message: /sends its callers on to https:\/\/elsewhere\.example:/,
      requests: 1,
    },
    { name: "a stream that breaks", fault: { kind: "cut", after: 1 }, message: /broke off/, requests: 1 },
    { name: "a stream that ends too soon", fault: { kind: "end", after: 1 }, message: /broke off/, requests: 1 },
    { name: "an error in a stream", fault: { kind: "errorEvent" }, message: /Out of memory/, requests: 1 },
    { name: "no JSON", fault: { kind: "garbage", data: "{" }, message: /no answer of OpenAI's/, requests: 1 },
    {
      name: "no completion",
      fault: { kind: "garbage", data: '{"choices":7}' },
      message: /no answer of OpenAI's/,
      requests: 1,
    },
    { name: "a login page", fault: { kind: "page" }, message: /no answer of OpenAI's/, requests: 1 },
    { name: "silence", fault: { kind: "hang" }, message: /silent for 0\.2 seconds/, requests: 1 },
  ];
  for (const { name, fault, message, requests } of failures) {
    test(`says so: ${name}`, async (t) => {
      // Whoever has nothing to wait for waits in vain for a short time only.
      const { client, server } = await bench(t, {}, fault.kind === "hang" ? 200 : PATIENCE_MS);
      server.fail(fault);
      await assert.rejects(client.generate(asked), { kind: "remoteFailed", message });
      assert.equal(server.completions.length, requests);
    });
  }

  test("says what it does not take", async (t) => {
    const { client, server } = await bench(t);
    const body = JSON.stringify({ object: "error", message: "temperature must be\n non-negative" });
    server.fail({ kind: "status", status: 400, body });
    await assert.rejects(client.generate(asked), {
      kind: "invalidRequest",
      message: /temperature must be non-negative$/,
    });
  });

  test("repeats nothing of the text that it was sent", async (t) => {
    const { client, server } = await bench(t);
    const input = { prompt: "const password = 'hunter2';" };
    for (const [body, said] of [
      [{ detail: [{ type: "missing", loc: ["body", "x"], msg: "Field required", input }] }, /422\): Field required$/],
      [{ request: input }, /422\): it gives no reason$/],
    ] as const) {
      server.fail({ kind: "status", status: 422, body: JSON.stringify(body) });
      await assert.rejects(client.generate(asked), { kind: "invalidRequest", message: said });
    }
  });

  test("is no failure where it is slow but there", async (t) => {
    const { client, server } = await bench(t);
    server.fail({ kind: "slow", ms: 300 });
    assert.equal((await client.generate(asked)).text, " red fox.");
  });

  test("cannot be reached", async (t) => {
    const { client, server } = await bench(t);
    await server.stop();
    await assert.rejects(client.generate(asked), {
      kind: "remoteFailed",
      message: /cannot be reached \(ECONNREFUSED\)/,
    });
  });
});

suite("a token", () => {
  test("goes to the server with every request", async (t) => {
    const { client, server } = await bench(t, { token: "secret" });
    await client.generate(asked);
    assert.deepEqual(new Set(server.requests.map(({ authorization }) => authorization)), new Set(["Bearer secret"]));
  });

  test("does not go where the server redirects to", async (t) => {
    const other = await TestCompletionsServer.start();
    t.after(() => other.stop());
    const { client, server } = await bench(t, { token: "secret" });
    server.fail({ kind: "status", status: 302, headers: { location: `${other.address}/v1/completions` } });
    await assert.rejects(client.generate(asked), { kind: "remoteFailed" });
    assert.deepEqual(other.requests, []);
  });

  test("is not sent over plain http to another machine", async () => {
    const sent: unknown[] = [];
    const reach = {
      token: () => Promise.resolve("secret"),
      fetch: (input: unknown) => {
        sent.push(input);
        return Promise.reject(new Error("it was sent"));
      },
    };
    const settings = { endpoint: "http://gpu.example:8000", model: "", timeoutMs: 100 };
    await assert.rejects(connect(settings, reach, always), {
      kind: "remoteFailed",
      message: /not sent over plain http/,
    });
    assert.deepEqual(sent, []);
  });
});
