/** What happens to a model that nobody uses. */
import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import { Engine } from "../../src/engine/engine.ts";
import {
  GenerateRequest,
  InitializeRequest,
  type ModelInfo,
  ModelChangedNotification,
  ModelUnloadedNotification,
} from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { INITIALIZE, startEngine } from "./helpers/connection.ts";
import { paramsFor } from "./helpers/engine.ts";

const MINUTE = 60_000;

/** An engine that unloads after 15 minutes, and all that it says about that. */
function engineWithClock(t: TestContext, unloadAfterMinutes = 15) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const events: string[] = [];
  const engine = new Engine({
    threads: 2,
    cacheFolder: temporaryFolder(t),
    unloadAfterMinutes,
    onModelUnloaded: ({ name }) => events.push(`unloaded ${name}`),
    onModelChanged: ({ name }) => events.push(`changed ${name}`),
  });
  t.after(() => engine.dispose());
  /** Lets time go by, and what then happens happen. */
  const pass = async (minutes: number): Promise<void> => {
    mock.timers.tick(minutes * MINUTE);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { engine, events, pass };
}

test("a model that nobody has used for a time is unloaded, and the next request loads it again", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const { engine, events, pass } = engineWithClock(t);
  const first = await engine.generate(paramsFor(folder), neverAborted());
  await pass(14);
  assert.deepEqual(events, []);
  await pass(1);
  assert.deepEqual(events, ["unloaded tiny-plain"]);

  const again = await engine.generate(paramsFor(folder), neverAborted());
  assert.equal(again.text, first.text);
  assert.ok(again.timings.loadMs > 0);
  assert.equal(again.reusedTokens, 0, "its sequences were freed as well");
  assert.deepEqual(events, ["unloaded tiny-plain", "changed tiny-plain"]);
  await pass(15);
  assert.equal(events.length, 3, "and it is unloaded again");
});

test("each use begins the time anew, and a model in use stays", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const { engine, events, pass } = engineWithClock(t);
  for (let time = 0; time < 4; time++) {
    await engine.warm({ model: paramsFor(folder).model, prompt: "a", maxTokens: 8 }, neverAborted());
    await pass(14);
  }
  let passed: Promise<void> | undefined;
  await engine.generate(paramsFor(folder), neverAborted(), () => {
    if (passed) return;
    mock.timers.tick(60 * MINUTE);
    passed = Promise.resolve();
  });
  assert.deepEqual(events, []);
  await pass(15);
  assert.deepEqual(events, ["unloaded tiny-plain"]);
});

test("of two models the one in use stays", async (t) => {
  const [busy, idle] = ["tiny-plain", "tiny-odd"].map((name) => copyModel(t, checkpointFolder(name)));
  const { engine, events, pass } = engineWithClock(t);
  await engine.generate(paramsFor(idle ?? ""), neverAborted());
  for (let time = 0; time < 3; time++) {
    await engine.generate(paramsFor(busy ?? ""), neverAborted());
    await pass(10);
  }
  assert.deepEqual(events, ["unloaded tiny-odd"]);
});

test("with 0 minutes a model stays for ever", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const { engine, events, pass } = engineWithClock(t, 0);
  await engine.generate(paramsFor(folder), neverAborted());
  await pass(100_000);
  assert.deepEqual(events, []);
});

test("the process tells its client", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const { client } = startEngine(t);
  const unloaded = new Promise<ModelInfo>((resolve) => client.onNotification(ModelUnloadedNotification, resolve));
  const changed = new Promise<ModelInfo>((resolve) => client.onNotification(ModelChangedNotification, resolve));
  await client.sendRequest(InitializeRequest, { ...INITIALIZE, unloadAfterMinutes: 0.001, cacheMegabytes: 100 });
  await client.sendRequest(GenerateRequest, paramsFor(folder));
  assert.equal((await unloaded).name, "tiny-plain");
  await client.sendRequest(GenerateRequest, paramsFor(folder));
  assert.equal((await changed).name, "tiny-plain");
});
