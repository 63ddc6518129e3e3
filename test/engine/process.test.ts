/** The engine as a process of its own, as the extension runs it. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import {
  GenerateRequest,
  InitializeRequest,
  LoadModelRequest,
  ShutdownRequest,
  TokenizeRequest,
} from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../helpers/fixtures.ts";
import { errorOf, INITIALIZE, startEngine, unframed } from "./helpers/connection.ts";

test("stdout carries the protocol alone, even when something prints", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  // A library that prints in every way there is, at every turn of the event loop.
  const noise = path.join(temporaryFolder(t), "noise.mjs");
  const print = `console.log("noise"); console.table([1]); process.stdout.write("noise\\n");`;
  fs.writeFileSync(noise, `setInterval(() => { if (process.stdout === process.stderr) { ${print} } }, 1).unref();`);
  const { client, stdout, stderr, exited } = startEngine(t, ["--import", noise]);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const params = {
    model: { folder, device: "cpu" as const },
    prompt: "Once",
    maxTokens: 40,
    priority: "action" as const,
    progressToken: 1,
  };
  await client.sendRequest(GenerateRequest, { ...params, ignoreEndOfText: true });
  await client.sendRequest(ShutdownRequest);
  assert.deepEqual(await exited, [0, null]);
  const messages = unframed(stdout()) as { method?: string; id?: number }[];
  assert.equal(messages.filter(({ method }) => method === "$/progress").length, 40);
  assert.deepEqual(
    messages.filter(({ id }) => id !== undefined).map(({ id }) => id),
    [0, 1, 2],
  );
  assert.match(stderr(), /noise/);
});

test("shutdown is answered, and the process then exits with 0", async (t) => {
  const { client, exited, stderr } = startEngine(t);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  assert.equal(await client.sendRequest(ShutdownRequest), null);
  assert.deepEqual(await exited, [0, null]);
  assert.equal(stderr(), "");
});

test("the process ends when its stdin is closed, even in the middle of a request", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const { client, child, exited, stderr } = startEngine(t);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const params = {
    model: { folder, device: "cpu" as const },
    prompt: "Once",
    maxTokens: 100_000,
    priority: "action" as const,
  };
  const request = client.sendRequest(GenerateRequest, { ...params, ignoreEndOfText: true });
  request.catch(() => undefined);
  await client.sendRequest(TokenizeRequest, { model: { folder }, text: "the model is loading or loaded" });
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  assert.equal(stderr(), "");
});

test("the process ends quietly when nobody reads what it says", async (t) => {
  const { client, child, exited, stderr } = startEngine(t);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  child.stdout.destroy();
  client.sendRequest("anything", {}).catch(() => undefined);
  assert.deepEqual(await exited, [0, null]);
  assert.equal(stderr(), "");
});

test("a process that is killed closes the client's connection", async (t) => {
  const { client, child, exited } = startEngine(t);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  child.kill("SIGKILL");
  await closed;
  assert.deepEqual(await exited, [null, "SIGKILL"]);
});

test("the runtime keeps nothing of its own that it would send to its maker", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const home = temporaryFolder(t);
  // A fresh user's: where checks run for many, the runtime is silent by itself.
  const env = { PATH: process.env["PATH"], HOME: home, USERPROFILE: home, TMPDIR: home, TEMP: home };
  const { client, exited } = startEngine(t, [], undefined, env);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  await client.sendRequest(LoadModelRequest, { folder, device: "cpu" });
  assert.deepEqual(fs.readdirSync(home, { recursive: true }), []);
  await client.sendRequest(ShutdownRequest);
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(fs.readdirSync(home, { recursive: true }), []);
});

test("a bad model folder and malformed messages leave the process running", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  fs.truncateSync(path.join(folder, "model.safetensors"), 1000);
  const { client, child, exited, stderr } = startEngine(t);
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const { kind, message } = await errorOf(client.sendRequest(LoadModelRequest, { folder, device: "cpu" }));
  assert.equal(kind, "modelInvalid");
  assert.match(message, /model\.safetensors is damaged: it ends inside its header\. Download or copy it again\.$/);
  child.stdin.write("garbage\r\n\r\n{");
  fs.copyFileSync(
    path.join(checkpointFolder("tiny-plain"), "model.safetensors"),
    path.join(folder, "model.safetensors"),
  );
  assert.equal((await client.sendRequest(LoadModelRequest, { folder, device: "cpu" })).name, "tiny-plain");
  await client.sendRequest(ShutdownRequest);
  assert.deepEqual(await exited, [0, null]);
  assert.match(stderr(), /^A malformed message was ignored: it has no Content-Length\.\n$/);
});
