import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import type { CancellationToken } from "vscode-jsonrpc";
import { EngineClient } from "../../../src/extension/client/engineClient.ts";
import {
  GenerateRequest,
  InitializeRequest,
  LogNotification,
  PROTOCOL_VERSION,
  RankRequest,
  ScoreRequest,
  generateProgress,
  type GenerateParams,
} from "../../../src/shared/protocol.ts";
import { FakeEngine, failure, generated, silentLog } from "./helpers/fakeEngine.ts";

const params: GenerateParams = { model: { folder: "/models/tiny" }, prompt: "a", maxTokens: 8, priority: "completion" };
const never = (): Promise<never> => new Promise(() => undefined);

suite("engine client", () => {
  test("greets with the version of the protocol", async () => {
    const engine = new FakeEngine().answerStart();
    let greeted: unknown;
    engine.server.onRequest(InitializeRequest, (greeting) => {
      greeted = greeting;
      return { protocolVersion: PROTOCOL_VERSION, engineVersion: "1.2.3", runtime: "a test" };
    });
    const client = new EngineClient(engine, silentLog);
    assert.equal((await client.initialize({ client: "a test", threads: 2 })).engineVersion, "1.2.3");
    assert.deepEqual(greeted, { protocolVersion: PROTOCOL_VERSION, client: "a test", threads: 2 });
  });

  test("refuses an engine of another version", async () => {
    const engine = new FakeEngine().answerStart();
    const other = { protocolVersion: PROTOCOL_VERSION + 1, engineVersion: "9.9.9", runtime: "a test" };
    engine.server.onRequest(InitializeRequest, () => other);
    const client = new EngineClient(engine, silentLog);
    await assert.rejects(client.initialize({ client: "a test" }), { kind: "versionMismatch" });
  });

  test("brings the kind of an error over", async () => {
    const engine = new FakeEngine().answerStart();
    engine.server.onRequest(ScoreRequest, () => failure("modelNotFound", "There is no model."));
    const client = new EngineClient(engine, silentLog);
    const score = client.score({ model: params.model, text: "a", priority: "action" });
    await assert.rejects(score, { kind: "modelNotFound", message: "There is no model." });
    const tokenize = client.tokenize({ model: params.model, text: "a" });
    await assert.rejects(tokenize, { kind: "internal" }, "an error without a kind");
  });

  test("streams tokens", async () => {
    const engine = new FakeEngine().answerStart();
    engine.server.onRequest(GenerateRequest, async ({ progressToken = "" }) => {
      for (const text of ["b", "c"]) {
        await engine.server.sendProgress(generateProgress, progressToken, { token: { id: 1, text, logprob: 0 }, text });
      }
      return generated("bc");
    });
    const client = new EngineClient(engine, silentLog);
    const pieces: string[] = [];
    const result = await client.generate(params, undefined, ({ text }) => pieces.push(text));
    assert.equal(result.text, "bc");
    assert.deepEqual(pieces, ["b", "c"]);
  });

  test("asks how likely candidates are", async () => {
    const engine = new FakeEngine().answerStart();
    const device = { device: "cpu", dtype: "int8" } as const;
    engine.server.onRequest(RankRequest, ({ prompt, candidates }) => ({
      candidates: candidates.map((candidate) => ({ logprob: -candidate.length, tokens: candidate.length })),
      promptTokens: prompt.length,
      reusedTokens: 0,
      ...device,
    }));
    const client = new EngineClient(engine, silentLog);
    const asked = { model: params.model, prompt: "abc", candidates: ["d", "ef"], priority: "action" } as const;
    assert.deepEqual(await client.rank({ ...asked, candidates: [...asked.candidates] }), {
      candidates: [
        { logprob: -1, tokens: 1 },
        { logprob: -2, tokens: 2 },
      ],
      promptTokens: 3,
      reusedTokens: 0,
      ...device,
    });
    const waiting = new AbortController();
    const ranking = client.rank({ ...asked, candidates: ["g"] }, waiting.signal);
    waiting.abort();
    await assert.rejects(ranking, { kind: "cancelled" });
  });

  test("cancels through to the engine, and does not wait for it", async () => {
    const engine = new FakeEngine().answerStart();
    const started = Promise.withResolvers<CancellationToken>();
    engine.server.onRequest(GenerateRequest, (_, token) => {
      started.resolve(token);
      return never();
    });
    const client = new EngineClient(engine, silentLog);
    const typing = new AbortController();
    const answer = client.generate(params, typing.signal);
    const token = await started.promise;
    const cancelled = new Promise((resolve) => token.onCancellationRequested(resolve));
    typing.abort();
    await assert.rejects(answer, { kind: "cancelled" });
    await cancelled;
    engine.exit("exit code 0");
    await client.ended;
  });

  test("sends nothing that is cancelled already", async () => {
    const client = new EngineClient(new FakeEngine(), silentLog);
    await assert.rejects(client.generate(params, AbortSignal.abort()), { kind: "cancelled" });
  });

  test("kills an engine that ignores a cancellation", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const engine = new FakeEngine().answerStart();
      engine.server.onRequest(GenerateRequest, never);
      const client = new EngineClient(engine, silentLog);
      const typing = new AbortController();
      const answer = client.generate(params, typing.signal);
      typing.abort();
      await assert.rejects(answer, { kind: "cancelled" });
      // Once in a long sleep, whose time does not count.
      mock.timers.tick(24 * 3600_000);
      for (let second = 0; second < 49; second++) mock.timers.tick(1_000);
      assert.equal(engine.wasKilled, false);
      mock.timers.tick(1_000);
      assert.equal(engine.wasKilled, true);
      assert.match((await client.ended).message, /ignored a cancellation/);
    } finally {
      mock.timers.reset();
    }
  });

  test("fails every pending call with the reason when the process dies, and every later one", async () => {
    const engine = new FakeEngine().answerStart();
    engine.server.onRequest(GenerateRequest, never);
    engine.server.onRequest(ScoreRequest, never);
    const client = new EngineClient(engine, silentLog);
    const pending = [
      client.generate(params),
      client.generate(params, new AbortController().signal),
      client.score({ model: params.model, text: "a", priority: "action" }),
    ];
    engine.exit("signal SIGSEGV");
    const reason = { kind: "engineStopped", message: "The engine stopped unexpectedly (signal SIGSEGV)." };
    for (const call of [...pending, client.tokenize({ model: params.model, text: "a" })]) {
      await assert.rejects(call, reason);
    }
    assert.equal(client.isRunning, false);
  });

  test("gives the end of the process as the reason where a pipe tells of it first", async () => {
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" });
    const reason = { kind: "engineStopped", message: "The engine stopped unexpectedly (signal SIGKILL)." };
    const deaf = new FakeEngine();
    const client = new EngineClient(deaf, silentLog);
    deaf.stdin.destroy(broken);
    await assert.rejects(client.generate(params), reason);
    const silent = new FakeEngine();
    const other = new EngineClient(silent, silentLog);
    const pending = other.generate(params);
    silent.stdout.destroy();
    await new Promise((resolve) => silent.stdout.once("close", resolve));
    await assert.rejects(other.generate(params), reason);
    await assert.rejects(pending, reason);
  });

  test("leaves no timer behind when the engine dies in the middle of a message", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const engine = new FakeEngine();
    const client = new EngineClient(engine, silentLog);
    engine.stdout.write('Content-Length: 100\r\n\r\n{"jsonrpc"');
    await new Promise((resolve) => setImmediate(resolve));
    engine.exit("signal SIGKILL");
    await client.ended;
    assert.ok(timers() <= before);
  });

  test("kills an engine that does not speak the protocol", async () => {
    const engine = new FakeEngine();
    const client = new EngineClient(engine, silentLog);
    const greeting = client.initialize({ client: "a test" });
    engine.stdout.write("Segmentation fault\r\n\r\n");
    await assert.rejects(greeting, { kind: "engineStopped" });
    assert.equal(engine.wasKilled, true);
  });

  test("passes the engine's log on", async () => {
    const engine = new FakeEngine().answerStart();
    const written = Promise.withResolvers<string>();
    const client = new EngineClient(engine, { ...silentLog, warn: written.resolve });
    await engine.server.sendNotification(LogNotification, { level: "warn", message: "low on memory" });
    assert.equal(await written.promise, "engine: low on memory");
    await client.close();
  });

  test("closes politely, and else by force", async () => {
    const polite = new FakeEngine().answerStart();
    await new EngineClient(polite, silentLog).close();
    assert.equal(polite.wasKilled, false);

    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const deaf = new FakeEngine();
      const closed = new EngineClient(deaf, silentLog).close();
      mock.timers.tick(2_000);
      await closed;
      assert.equal(deaf.wasKilled, true);
    } finally {
      mock.timers.reset();
    }
  });
});
