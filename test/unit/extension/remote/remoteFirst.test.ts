import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { RunningBackend } from "../../../../src/extension/client/backend.ts";
import { EngineSupervisor } from "../../../../src/extension/client/engineSupervisor.ts";
import { generateWith } from "../../../../src/extension/client/generateText.ts";
import type { RemoteSettings } from "../../../../src/extension/remote/connect.ts";
import { RemoteFirst } from "../../../../src/extension/remote/remoteFirst.ts";
import { type Abilities, TestCompletionsServer } from "../../../helpers/completionsServer.ts";
import { LocalghostError } from "../../../../src/shared/errors.ts";
import { FakeEngine, silentLog } from "../helpers/fakeEngine.ts";

const always = new AbortController().signal;
const LEFT_ALONE_MS = 20_000;

interface Bench {
  server: TestCompletionsServer;
  first: RemoteFirst;
  engine: EngineSupervisor;
  /** Another server, or none. */
  set: (settings: Partial<RemoteSettings> | undefined) => void;
  /** The same, and nobody is told. */
  setSilently: (settings: Partial<RemoteSettings> | undefined) => void;
}

async function bench(t: TestContext, abilities: Partial<Abilities> = {}, timeoutMs = 5_000): Promise<Bench> {
  const server = await TestCompletionsServer.start(abilities);
  t.after(() => server.stop());
  const launch = { params: { client: "a test" }, model: { folder: "/models/tiny" } };
  const engine = new EngineSupervisor(
    () => new FakeEngine().answerStart(),
    () => launch,
    silentLog,
  );
  const usual: RemoteSettings = { endpoint: server.address, model: "", timeoutMs };
  let settings: RemoteSettings | undefined = usual;
  const reach = { token: () => Promise.resolve(undefined), fetch };
  const first = new RemoteFirst(engine, () => settings, reach, silentLog);
  const setSilently = (changed: Partial<RemoteSettings> | undefined) => {
    settings = changed && { ...usual, ...changed };
  };
  const set: typeof setSilently = (changed) => {
    setSilently(changed);
    first.renew();
  };
  return { server, first, engine, set, setSilently };
}

function ask(first: RemoteFirst, signal = always): Promise<string> {
  return first.use(write(signal), signal);
}

/** Where the text comes from can be told by it: the fake engine writes the prompt again. */
function write(signal = always) {
  return async ({ client, spec }: RunningBackend): Promise<string> => {
    const params = { model: spec, prompt: "Here is a", maxTokens: 3, priority: "action" } as const;
    return (await client.generate(params, signal)).text;
  };
}

const REMOTE = " red fox.";
const LOCAL = "Here is a!";

/** Opens the circuit. */
async function failOften(first: RemoteFirst): Promise<void> {
  for (let i = 0; i < 3; i++) assert.equal(await ask(first), LOCAL);
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 2000, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

suite("a server before the engine", () => {
  test("that refuses to be tried is left alone like one that is not there", async (t) => {
    const { first, server } = await bench(t);
    server.failAlways({ kind: "status", status: 422 });
    for (let i = 0; i < 20; i++) assert.equal(await ask(first), LOCAL);
    assert.ok(server.completions.length <= 6, `${server.completions.length} completions were asked for`);
    assert.match(first.trouble?.message ?? "", /\S\.$/);
  });

  test("lets the model on this machine be missing", async (t) => {
    const { first } = await bench(t);
    const none = (): never => {
      throw new LocalghostError("modelNotFound", "There is none.");
    };
    assert.equal(first.modelOf(none), undefined);
    assert.equal(await first.use(write(), always, none), REMOTE);
    assert.equal(first.modelOf(none)?.name, "table");
  });

  test("answers, and no engine is started", async (t) => {
    const { first, engine } = await bench(t);
    assert.deepEqual(first.state, { kind: "off" });
    assert.equal(await ask(first), REMOTE);
    assert.equal(engine.state.kind, "off");
    assert.equal(first.state.kind, "ready");
    assert.equal(first.model?.name, "table");
    assert.equal(first.modelOf({ folder: "/models/tiny" })?.contextLength, 1024);
    assert.equal(first.remoteName, "table");
    assert.equal(first.requestCount, 1);
  });

  test("tells of each state once", async (t) => {
    const { first } = await bench(t);
    const states: string[] = [];
    first.onDidChangeState(({ kind }) => states.push(kind));
    await ask(first);
    await ask(first);
    assert.deepEqual(states, ["starting", "ready", "working", "ready", "working", "ready"]);
  });

  test("gives ghost text its text, and what is enough ends it", async (t) => {
    const { first, server } = await bench(t);
    const request = { languageId: "plaintext", prompt: "Here is a", heal: true, stop: [], alternatives: 1 };
    const isEnough = (text: string) => text.endsWith("fox");
    const written = await generateWith(first)({ ...request, maxTokens: 500, isEnough }, always);
    assert.equal(written.text, " red fox");
    assert.deepEqual(
      written.tokens.map(({ logprob }) => logprob),
      [Math.log(0.5), Math.log(0.5)],
    );
    assert.equal(written.figures?.device, "remote");
    await until(() => server.completions[0]?.wasCancelled === true);
    assert.equal(first.trouble, undefined);
  });

  test("leaves the rest to the engine when it cannot be reached, and says why", async (t) => {
    const { first, server, engine } = await bench(t);
    await server.stop();
    assert.equal(await ask(first), LOCAL);
    assert.match(first.trouble?.message ?? "", /cannot be reached/);
    assert.equal(first.state, engine.state);
    assert.equal(first.remoteName, undefined);
    assert.equal(first.model?.name, "tiny");
  });

  test("that was there and fails leaves that call to the engine, and gets the next", async (t) => {
    const { first, server } = await bench(t);
    assert.equal(await ask(first), REMOTE);
    server.fail({ kind: "status", status: 401 });
    assert.equal(await ask(first), LOCAL);
    assert.match(first.trouble?.message ?? "", /token/);
    assert.equal(await ask(first), REMOTE);
    assert.equal(first.trouble, undefined);
  });

  test("whose text has begun is not followed by the engine's", async (t) => {
    const { first, server, engine } = await bench(t);
    server.fail({ kind: "cut", after: 1 });
    await assert.rejects(ask(first), { kind: "remoteFailed", message: /broke off/ });
    assert.equal(engine.state.kind, "off");
  });

  test("that refuses a request is not replaced: the engine might take it, and answer another question", async (t) => {
    const { first, server } = await bench(t);
    server.fail({ kind: "status", status: 422 });
    await assert.rejects(ask(first), { kind: "invalidRequest" });
    assert.equal(first.trouble, undefined);
  });

  test("is left alone after failures, and taken again when it is back", async (t) => {
    t.mock.timers.enable({ apis: ["Date"] });
    const { first, server } = await bench(t);
    assert.equal(await ask(first), REMOTE);
    server.failAlways({ kind: "status", status: 404 });
    await failOften(first);
    const asked = server.requests.length;
    assert.equal(await ask(first), LOCAL);
    assert.equal(server.requests.length, asked, "it is asked for nothing");

    t.mock.timers.tick(LEFT_ALONE_MS);
    assert.equal(await ask(first), LOCAL, "nobody waits for it");
    await until(() => server.requests.length > asked);
    server.failAlways(undefined);
    t.mock.timers.tick(10 * LEFT_ALONE_MS);
    assert.equal(await ask(first), LOCAL);
    await until(() => first.trouble === undefined);
    assert.equal(await ask(first), REMOTE);
  });

  test("that is silent is found out although nobody waits for long", async (t) => {
    const { first, server } = await bench(t, {}, 300);
    server.failAlways({ kind: "hang" });
    const typing = new AbortController();
    const text = ask(first, typing.signal);
    setTimeout(() => typing.abort(), 20);
    await assert.rejects(text, { kind: "cancelled" });
    assert.equal(await ask(first), LOCAL);
    assert.match(first.trouble?.message ?? "", /silent for 0\.3 seconds/);
  });

  test("is no more when the setting is emptied, and is another one when it is changed", async (t) => {
    const { first, set } = await bench(t);
    const other = await TestCompletionsServer.start();
    t.after(() => other.stop());
    assert.equal(await ask(first), REMOTE);
    set(undefined);
    assert.equal(await ask(first), LOCAL);
    set({ endpoint: other.address });
    assert.equal(await ask(first), REMOTE);
    assert.equal(other.completions.length, 1);
    set({ model: "gpt2" });
    assert.equal(await ask(first), LOCAL);
    assert.match(first.trouble?.message ?? "", /no model “gpt2”. It has: table/);
  });

  test("that the settings had for a moment only is sent nothing", async (t) => {
    const { first, server, setSilently } = await bench(t);
    setSilently(undefined);
    assert.equal(await ask(first), LOCAL);
    assert.deepEqual([server.requests.length, first.remoteName, first.trouble], [0, undefined, undefined]);
  });

  test("is not contacted before somebody asks", async (t) => {
    const { server, set } = await bench(t);
    set({});
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(server.requests, []);
  });

  test("says what it does not offer", async (t) => {
    const { first } = await bench(t, { logprobs: "none", echo: "refused", tokenize: "none" });
    await ask(first);
    assert.deepEqual(first.model?.lacks, ["logprobs", "echo", "tokens"]);
  });
});
