/** The protocol over a pair of streams in memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import {
  type GenerateParams,
  type GenerateProgress,
  GenerateRequest,
  generateProgress,
  InitializeRequest,
  LoadModelRequest,
  LogNotification,
  PROTOCOL_VERSION,
  RankRequest,
  ScoreRequest,
  ShutdownRequest,
  TokenizeRequest,
  WarmRequest,
} from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel } from "../helpers/fixtures.ts";
import { errorOf, INITIALIZE, initialized, serveInMemory } from "./helpers/connection.ts";

function paramsFor(folder: string, params: Partial<GenerateParams> = {}): GenerateParams {
  return {
    model: { folder, device: "cpu" },
    prompt: "Once",
    maxTokens: 12,
    ignoreEndOfText: true,
    priority: "action",
    ...params,
  };
}

test("the first request must be initialize", async (t) => {
  const { client } = serveInMemory(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  assert.deepEqual(await errorOf(client.sendRequest(TokenizeRequest, { model: { folder }, text: "a" })), {
    kind: "invalidRequest",
    code: -32602,
    message: 'The first request must be "initialize", not "tokenize".',
  });
  const { protocolVersion, engineVersion, runtime } = await client.sendRequest(InitializeRequest, INITIALIZE);
  assert.deepEqual([protocolVersion, engineVersion], [PROTOCOL_VERSION, "dev"]);
  assert.match(runtime, /^node [\d.]+ \w+-\w+, onnxruntime [\d.]+$/);
  assert.equal((await client.sendRequest(TokenizeRequest, { model: { folder }, text: "a" })).ids.length, 1);
});

test("two sides of different versions refuse each other in a sentence", async (t) => {
  const { client } = serveInMemory(t);
  for (const protocolVersion of [PROTOCOL_VERSION + 1, 0, -1]) {
    assert.deepEqual(
      await errorOf(client.sendRequest(InitializeRequest, { protocolVersion, client: "vscode 1.139.1" })),
      {
        kind: "versionMismatch",
        code: -32603,
        message: `The engine speaks version ${PROTOCOL_VERSION} of the protocol and vscode 1.139.1 version ${protocolVersion}: install one version of Localghost and reload.`,
      },
    );
  }
  assert.equal((await errorOf(client.sendRequest("score", {}))).kind, "invalidRequest");
  await client.sendRequest(InitializeRequest, INITIALIZE);
});

test("errors carry their kind, and the server goes on", async (t) => {
  const { client } = await initialized(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const kindOf = async (params: Partial<GenerateParams>): Promise<unknown> =>
    (await errorOf(client.sendRequest(GenerateRequest, paramsFor(folder, params)))).kind;
  assert.equal(await kindOf({ model: { folder: "/nowhere" } }), "modelNotFound");
  assert.equal(await kindOf({ model: { folder, dtype: "int5" as "int8" } }), "invalidRequest");
  assert.equal(await kindOf({ prompt: "a long prompt ".repeat(50) }), "promptTooLong");
  assert.equal(await kindOf({ maxTokens: 0 }), "invalidRequest");
  const text = { model: { folder, device: "cpu" as const }, text: "", priority: "action" as const };
  assert.deepEqual(await errorOf(client.sendRequest(ScoreRequest, text)), {
    kind: "invalidRequest",
    code: -32602,
    message: "There is no text to score: write some.",
  });
  assert.equal((await client.sendRequest(GenerateRequest, paramsFor(folder))).tokens.length, 12);
});

test("loading a model tells about it, and writes a line to the log", async (t) => {
  const { client } = await initialized(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const log: string[] = [];
  client.onNotification(LogNotification, ({ level, message }) => void log.push(`${level}: ${message}`));
  const info = await client.sendRequest(LoadModelRequest, { folder, dtype: "int4", device: "cpu" });
  assert.deepEqual([info.name, info.dtype, info.device, info.vocabularySize], ["tiny-plain", "int4", "cpu", 272]);
  assert.match(log.join("\n"), /^info: loaded tiny-plain \(int4 on cpu\) in \d+ ms$/);
});

test("progress arrives in order and before the response, and only under its token", async (t) => {
  const { client } = await initialized(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const received: GenerateProgress[] = [];
  let strays = 0;
  client.onProgress(generateProgress, "mine", (progress) => void received.push(progress));
  client.onUnhandledProgress(() => strays++);
  const result = await client.sendRequest(GenerateRequest, paramsFor(folder, { progressToken: "mine", logprobs: 2 }));
  assert.deepEqual(
    received.map(({ token }) => token),
    result.tokens,
  );
  assert.ok(result.text.startsWith(received.map(({ text }) => text).join("")));
  await client.sendRequest(GenerateRequest, paramsFor(folder));
  assert.equal(received.length, 12, "a request without a token sends none");
  assert.equal(strays, 0);
});

test("a request is cancelled through its token, before it begins and under way", async (t) => {
  const { client } = await initialized(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  for (const after of [0, 1, 5]) {
    const source = new CancellationTokenSource();
    let count = 0;
    const progress = client.onProgress(generateProgress, after, () => {
      if (++count === after) source.cancel();
    });
    const params = paramsFor(folder, { maxTokens: 2000, progressToken: after });
    const request = client.sendRequest(GenerateRequest, params, source.token);
    if (after === 0) source.cancel();
    assert.deepEqual(await errorOf(request), {
      kind: "cancelled",
      code: -32800,
      message: "The request was cancelled.",
    });
    assert.ok(count < 2000);
    progress.dispose();
  }
  assert.equal((await client.sendRequest(GenerateRequest, paramsFor(folder))).tokens.length, 12);
});

test("a newer completion takes over from an older one", async (t) => {
  const { client } = await initialized(t);
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const params = paramsFor(folder, { priority: "completion", maxTokens: 2000 });
  const older = errorOf(client.sendRequest(GenerateRequest, params));
  const newer = client.sendRequest(GenerateRequest, { ...params, maxTokens: 3 });
  assert.deepEqual(await older, {
    kind: "cancelled",
    code: -32800,
    message: "A newer completion request took over.",
  });
  assert.equal((await newer).tokens.length, 3);
});

test("a prompt is read ahead", async (t) => {
  const { client } = await initialized(t);
  const { model, prompt, maxTokens } = paramsFor(copyModel(t, checkpointFolder("tiny-plain")));
  const { promptTokens, computedTokens } = await client.sendRequest(WarmRequest, { model, prompt, maxTokens });
  assert.equal(computedTokens, promptTokens);
  assert.deepEqual(await client.sendRequest(WarmRequest, { model, prompt, maxTokens }), {
    promptTokens,
    computedTokens: 0,
  });
  const source = new CancellationTokenSource();
  const cancelled = client.sendRequest(WarmRequest, { model, prompt: "Another", maxTokens }, source.token);
  source.cancel();
  assert.equal((await errorOf(cancelled)).kind, "cancelled");
  assert.deepEqual(await errorOf(client.sendRequest("warm", { model, prompt })), {
    kind: "invalidRequest",
    code: -32602,
    message: '"warm" needs "maxTokens" as a number.',
  });
});

test("candidates are ranked", async (t) => {
  const { client } = await initialized(t);
  const { model, prompt, priority } = paramsFor(copyModel(t, checkpointFolder("tiny-plain")));
  const params = { model: { ...model, dtype: "fp32" as const }, prompt, candidates: ["a", "abc", "abd"], priority };
  const { candidates, ...rest } = await client.sendRequest(RankRequest, params);
  assert.deepEqual(rest, { promptTokens: 4, reusedTokens: 0, device: "cpu", dtype: "fp32" });
  assert.deepEqual(
    candidates.map(({ tokens }) => tokens),
    [1, 3, 3],
  );
  for (const [i, candidate] of params.candidates.entries()) {
    const score = { model: params.model, text: prompt + candidate, priority };
    const { tokens } = await client.sendRequest(ScoreRequest, score);
    const logprob = tokens.slice(4).reduce((sum, token) => sum + (token.logprob ?? NaN), 0);
    assert.ok(Math.abs((candidates[i]?.logprob ?? NaN) - logprob) < 1e-4);
  }
  const source = new CancellationTokenSource();
  const cancelled = client.sendRequest(RankRequest, params, source.token);
  source.cancel();
  assert.equal((await errorOf(cancelled)).kind, "cancelled");
  assert.deepEqual(await errorOf(client.sendRequest(RankRequest, { ...params, candidates: [] })), {
    kind: "invalidRequest",
    code: -32602,
    message: "There are no candidates to rank: name at least one.",
  });
});

test("shutdown is answered before the process is asked to exit, and a closed stream asks too", async (t) => {
  const { client, exits } = await initialized(t);
  assert.equal(await client.sendRequest(ShutdownRequest), null);
  const other = serveInMemory(t);
  other.toServer.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([exits(), other.exits()], [1, 1]);
});
