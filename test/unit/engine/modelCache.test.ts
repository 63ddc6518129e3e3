import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadedModel } from "../../../src/engine/generate.ts";
import { ModelCache } from "../../../src/engine/modelCache.ts";
import { Scheduler } from "../../../src/engine/scheduler.ts";

const SPEC = { folder: "/models/tiny" };
const never = new AbortController().signal;

test("a load that fails after it was forgotten leaves the one that took its place", async () => {
  const loads: PromiseWithResolvers<LoadedModel>[] = [];
  const load = (): Promise<LoadedModel> => {
    const one = Promise.withResolvers<LoadedModel>();
    loads.push(one);
    return one.promise;
  };
  const cache = new ModelCache(new Scheduler(), load, { unloaded: () => undefined, reloaded: () => undefined });
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

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
