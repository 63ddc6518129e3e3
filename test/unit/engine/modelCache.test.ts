import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedModel } from "../../../src/engine/generate.ts";
import { ModelCache } from "../../../src/engine/modelCache.ts";
import { Scheduler } from "../../../src/engine/scheduler.ts";

const SPEC = { folder: "/models/tiny" };
const never = new AbortController().signal;
const ready = (): Promise<void> => Promise.resolve();

test("a load that fails after it was forgotten leaves the one that took its place", async () => {
  const loads: PromiseWithResolvers<LoadedModel>[] = [];
  const load = (): Promise<LoadedModel> => {
    const one = Promise.withResolvers<LoadedModel>();
    loads.push(one);
    return one.promise;
  };
  const cache = new ModelCache(new Scheduler(), ready, load, { unloaded: () => undefined, reloaded: () => undefined });
  const use = () => cache.use(SPEC, "action", never, (model) => model);
  const begun = (count: number) => until(() => loads.length === count);

  const first = use();
  await begun(1);
  cache.forget(SPEC);
  const second = use();
  loads[0]?.reject(new Error("The disk was taken out."));
  await assert.rejects(first, /taken out/);
  await begun(2);
  const model = { model: {}, sequences: {} } as unknown as LoadedModel;
  loads[1]?.resolve(model);
  assert.equal(await second, model);
  const third = use();
  for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
  assert.equal(loads.length, 2, "it is kept");
  assert.equal(await third, model);
});

/** A cache whose models load when `loaded` is called, and how many were unloaded. */
function slowCache(prepare = ready) {
  const scheduler = new Scheduler();
  const { promise, resolve: loaded } = Promise.withResolvers<undefined>();
  const counts = { begun: 0, unloaded: 0 };
  const load = async (): Promise<LoadedModel> => {
    counts.begun++;
    await promise;
    const dispose = (): void => {
      counts.unloaded++;
    };
    return { model: { info: {}, dispose }, sequences: { dispose: () => undefined } } as unknown as LoadedModel;
  };
  const cache = new ModelCache(scheduler, prepare, load, { unloaded: () => undefined, reloaded: () => undefined });
  return { scheduler, cache, loaded, counts };
}

test("a model that nobody waited for to the end of its load is unloaded like others", async () => {
  for (const leave of ["idle", "forgotten"] as const) {
    const { cache, loaded, counts } = slowCache();
    cache.unloadAfter(1);
    const stop = new AbortController();
    const use = cache.use(SPEC, "completion", stop.signal, () => assert.fail("it was cancelled"));
    await until(() => counts.begun === 1);
    if (leave === "forgotten") cache.forget(SPEC);
    stop.abort();
    await assert.rejects(use, { kind: "cancelled" });
    loaded(undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await until(() => counts.unloaded === 1);
  }
});

test("a load goes before what is less urgent than the most urgent of those who wait for it", async () => {
  const { scheduler, cache, loaded, counts } = slowCache();
  loaded(undefined);
  const action = scheduler.start("action", never);
  const warmup = cache.use(SPEC, "warmup", never, () => undefined);
  await action.run(async () => {
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate);
  });
  assert.equal(counts.begun, 0, "an answer that is being written goes first");
  await cache.use(SPEC, "completion", never, () => undefined);
  assert.equal(counts.begun, 1);
  action.end();
  await warmup;
});

test("what a load needs first keeps nobody else waiting", async () => {
  const { promise: packed, resolve: pack } = Promise.withResolvers<undefined>();
  const { scheduler, cache, loaded, counts } = slowCache(() => packed.then(ready));
  loaded(undefined);
  const use = cache.use(SPEC, "completion", never, () => undefined);
  const other = scheduler.start("warmup", never);
  await other.run(() => Promise.resolve());
  assert.equal(counts.begun, 0);
  other.end();
  pack(undefined);
  await use;
  assert.equal(counts.begun, 1);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
