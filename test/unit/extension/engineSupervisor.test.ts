import assert from "node:assert/strict";
import * as path from "node:path";
import { afterEach, beforeEach, mock, suite, test } from "node:test";
import { EngineSupervisor, type RunningEngine } from "../../../src/extension/client/engineSupervisor.ts";
import { LocalghostError } from "../../../src/shared/errors.ts";
import { GenerateRequest, LoadModelRequest, ModelUnloadedNotification } from "../../../src/shared/protocol.ts";
import { FakeEngine, failure, generated, model, silentLog } from "./helpers/fakeEngine.ts";

const always = new AbortController().signal;
const launch = { params: { client: "a test" }, model: { folder: "/models/tiny" } };

/** A supervisor whose engines are made by `make`, with all of them and all its states. */
function supervise(make: (engine: FakeEngine, count: number) => void = (engine) => engine.answerStart()) {
  const engines: FakeEngine[] = [];
  const states: string[] = [];
  const startProcess = () => {
    const engine = new FakeEngine();
    engines.push(engine);
    make(engine, engines.length);
    return engine;
  };
  const supervisor = new EngineSupervisor(startProcess, () => launch, silentLog);
  supervisor.onDidChangeState(({ kind }) => states.push(kind));
  return { supervisor, engines, states };
}

const ask = ({ client, spec }: RunningEngine) =>
  client.generate({ model: spec, prompt: "a", maxTokens: 8, priority: "completion" }).then(({ text }) => text);

/** Lets messages and promises through; timers stand still. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

suite("engine supervisor", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
  afterEach(() => mock.timers.reset());

  test("starts the engine when it is first used", async () => {
    const { supervisor, engines, states } = supervise();
    assert.equal(supervisor.state.kind, "off");
    assert.equal(engines.length, 0);
    assert.deepEqual(await Promise.all([supervisor.use(ask, always), supervisor.use(ask, always)]), ["a!", "a!"]);
    assert.equal(engines.length, 1);
    assert.deepEqual(states, ["starting", "ready", "working", "ready"]);
    assert.equal(supervisor.model?.name, "tiny");
    assert.equal(supervisor.requestCount, 2);
  });

  test("starts again after a crash, and fails what was pending", async () => {
    const { supervisor, engines, states } = supervise((engine, count) => {
      engine.answerStart();
      if (count === 1) engine.server.onRequest(GenerateRequest, () => new Promise<never>(() => undefined));
    });
    const pending = supervisor.use(ask, always);
    await settle();
    engines[0]?.exit("signal SIGKILL");
    await assert.rejects(pending, { kind: "engineStopped" });
    const next = supervisor.use(ask, always);
    await settle();
    assert.equal(engines.length, 1, "not at once");
    mock.timers.tick(500);
    assert.equal(await next, "a!");
    assert.equal(engines.length, 2);
    assert.deepEqual(states, ["starting", "ready", "working", "starting", "ready", "working", "ready"]);
  });

  test("gives up after several crashes, until the user restarts it", async () => {
    let isHealthy = false;
    const { supervisor, engines } = supervise((engine) => {
      engine.answerStart();
      if (isHealthy) return;
      engine.server.onRequest(LoadModelRequest, () => {
        engine.exit("exit code 1");
        return failure("internal", "Nobody hears this.");
      });
    });
    const first = assert.rejects(supervisor.use(ask, always), { kind: "engineStopped", message: /exit code 1/ });
    for (const wait of [500, 1_000, 2_000, 4_000]) {
      await settle();
      mock.timers.tick(wait - 1);
      await settle();
      const before = engines.length;
      mock.timers.tick(1);
      await settle();
      assert.equal(engines.length, before + 1, `after ${wait} ms`);
    }
    await first;
    assert.equal(supervisor.state.kind, "failed");
    await assert.rejects(supervisor.use(ask, always), { kind: "engineStopped" });
    assert.equal(engines.length, 5);

    isHealthy = true;
    await supervisor.restart();
    assert.equal(await supervisor.use(ask, always), "a!");
    assert.equal(engines.length, 6);
  });

  test("forgets the crashes of an engine that ran well for a minute", async (t) => {
    let now = 0;
    t.mock.method(performance, "now", () => now);
    const { supervisor, engines } = supervise();
    await supervisor.use(ask, always);
    for (let crash = 0; crash < 8; crash++) {
      now += 60_000;
      engines.at(-1)?.exit("signal SIGKILL");
      await settle();
      mock.timers.tick(500);
      await settle();
    }
    assert.equal(supervisor.state.kind, "ready");
    assert.equal(engines.length, 9);
  });

  test("takes no clock that was set for a minute that passed", async () => {
    const { supervisor, engines } = supervise();
    await supervisor.use(ask, always);
    for (let crash = 0; crash < 5; crash++) {
      mock.timers.setTime(Date.now() + 3600_000);
      engines.at(-1)?.exit("signal SIGKILL");
      await settle();
      mock.timers.tick(4_000);
      await settle();
    }
    assert.equal(supervisor.state.kind, "failed");
  });

  test("does not try again what cannot work", async () => {
    const { supervisor, engines } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(LoadModelRequest, () => failure("modelNotFound", "There is no model."));
    });
    await assert.rejects(supervisor.use(ask, always), { kind: "modelNotFound" });
    assert.ok(supervisor.state.kind === "failed" && supervisor.state.reason instanceof LocalghostError);
    await settle();
    assert.equal(supervisor.pid, undefined, "its process is gone");
    assert.equal(engines.length, 1);
  });

  test("lets a caller go while the engine starts", async () => {
    const { supervisor } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(LoadModelRequest, () => new Promise<never>(() => undefined));
    });
    const typing = new AbortController();
    const call = supervisor.use(ask, typing.signal);
    await settle();
    typing.abort();
    await assert.rejects(call, { kind: "cancelled" });
    assert.equal(supervisor.state.kind, "starting");
  });

  test("restarts once more, however often it is asked while it restarts", async () => {
    const { supervisor, engines } = supervise();
    await supervisor.use(ask, always);
    await Promise.all(Array.from({ length: 5 }, () => supervisor.restart()));
    assert.equal(engines.length, 3);
    assert.equal(supervisor.state.kind, "ready");
  });

  test("stops, and starts when it is used again", async () => {
    const { supervisor, engines, states } = supervise();
    await supervisor.use(ask, always);
    await supervisor.stop();
    assert.equal(supervisor.state.kind, "off");
    assert.equal(supervisor.pid, undefined);
    await settle();
    assert.equal(engines.length, 1, "it does not recover from being stopped");
    assert.equal(await supervisor.use(ask, always), "a!");
    assert.equal(engines.length, 2);
    assert.deepEqual(states.slice(-5), ["off", "starting", "ready", "working", "ready"]);
  });

  test("falls asleep when its model was unloaded, and wakes when it is used again", async () => {
    const { supervisor, engines, states } = supervise();
    await supervisor.use(ask, always);
    await engines[0]?.server.sendNotification(ModelUnloadedNotification, model);
    await settle();
    assert.ok(supervisor.state.kind === "asleep" && supervisor.state.model.name === "tiny");
    assert.equal(supervisor.pid, undefined, "its process is gone");
    assert.equal(engines.length, 1, "it does not recover from falling asleep");
    assert.equal(await supervisor.use(ask, always), "a!");
    assert.equal(engines.length, 2);
    assert.deepEqual(states.slice(-5), ["ready", "asleep", "starting", "ready", "working", "ready"].slice(-5));
  });

  test("does not fall asleep while it is asked for something", async () => {
    const { supervisor, engines } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(GenerateRequest, async ({ prompt }) => {
        await engine.server.sendNotification(ModelUnloadedNotification, model);
        return generated(`${prompt}!`);
      });
    });
    assert.equal(await supervisor.use(ask, always), "a!");
    assert.equal(supervisor.state.kind, "ready");
    assert.equal(engines.length, 1);
  });

  test("what is done quietly neither counts nor shows", async () => {
    const { supervisor, states } = supervise();
    assert.equal(await supervisor.useQuietly(ask, always), "a!");
    assert.deepEqual(states, ["starting", "ready"]);
    assert.equal(supervisor.requestCount, 0);
    await assert.rejects(supervisor.useQuietly(ask, AbortSignal.abort()), { kind: "cancelled" });
  });

  test("loads a further model when it is first asked for, and tells of the one that was used last", async () => {
    const loaded: string[] = [];
    const { supervisor, engines, states } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(LoadModelRequest, ({ folder }) => {
        loaded.push(folder);
        return { ...model, folder, name: path.basename(folder) };
      });
    });
    const other = { folder: "/models/other" };
    const folderOf = ({ spec }: RunningEngine) => Promise.resolve(spec.folder);
    assert.equal(await supervisor.use(folderOf, always), "/models/tiny");
    assert.equal(await supervisor.use(folderOf, always, other), "/models/other");
    assert.equal(await supervisor.use(folderOf, always, other), "/models/other");
    assert.deepEqual(loaded, ["/models/tiny", "/models/other"]);
    assert.equal(supervisor.model?.name, "other");
    assert.equal(supervisor.modelOf(launch.model)?.name, "tiny");
    assert.equal(supervisor.modelOf({ folder: "/models/none" }), undefined);
    assert.ok(supervisor.mayHold("/models/tiny") && supervisor.mayHold("/models/other"));
    assert.ok(!supervisor.mayHold("/models/none"));
    assert.equal(engines.length, 1);

    // The first has been idle for longer than the one that was used last: the engine goes on until that is idle too.
    await engines[0]?.server.sendNotification(ModelUnloadedNotification, model);
    await settle();
    assert.equal(supervisor.state.kind, "ready");
    await engines[0]?.server.sendNotification(ModelUnloadedNotification, { ...model, folder: other.folder });
    await settle();
    assert.equal(supervisor.state.kind, "asleep");
    assert.ok(!supervisor.mayHold("/models/other"));
    assert.deepEqual(states.slice(-1), ["asleep"]);
  });

  test("lends the engine that runs to what must not start one, and looks for a model where it answers alone", async () => {
    const { supervisor, engines } = supervise();
    assert.equal(supervisor.running, undefined);
    await supervisor.use(ask, always, () => launch.model);
    assert.ok(supervisor.running);
    assert.equal(supervisor.modelOf(() => launch.model)?.name, "tiny");
    await supervisor.stop();
    assert.equal(supervisor.running, undefined);
    const none = new LocalghostError("modelNotFound", "There is none.");
    const find = (): never => {
      throw none;
    };
    await assert.rejects(supervisor.use(ask, always, find), none);
    assert.equal(engines.length, 1, "no engine was started for it");
  });

  test("goes on when a further model cannot be loaded", async () => {
    const { supervisor } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(LoadModelRequest, ({ folder }) =>
        folder === launch.model.folder ? model : failure("modelInvalid", "It is damaged."),
      );
    });
    await assert.rejects(supervisor.use(ask, always, { folder: "/models/damaged" }), { kind: "modelInvalid" });
    assert.equal(supervisor.state.kind, "ready");
    assert.equal(await supervisor.use(ask, always), "a!");
  });

  test("stops while it starts", async () => {
    const { supervisor, engines } = supervise((engine) => {
      engine.answerStart();
      engine.server.onRequest(LoadModelRequest, () => new Promise<never>(() => undefined));
    });
    const call = supervisor.use(ask, always);
    await settle();
    await Promise.all([assert.rejects(call, { kind: "cancelled" }), supervisor.stop()]);
    await settle();
    assert.equal(supervisor.state.kind, "off");
    assert.equal(engines.length, 1);
  });
});
