import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { coalesced } from "../../../src/extension/coalesce.ts";

suite("coalesced", () => {
  test("runs one, queues one", async () => {
    const runs: PromiseWithResolvers<undefined>[] = [];
    const ask = coalesced(() => {
      const run = Promise.withResolvers<undefined>();
      runs.push(run);
      return run.promise;
    });
    const first = ask();
    const second = ask();
    assert.equal(ask(), second);
    assert.equal(runs.length, 1);
    runs[0]?.resolve(undefined);
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(runs.length, 2);
    const third = ask();
    runs[1]?.resolve(undefined);
    await second;
    await new Promise((resolve) => setImmediate(resolve));
    runs[2]?.resolve(undefined);
    await third;
    assert.equal(runs.length, 3);
  });

  test("goes on after a failure", async () => {
    let count = 0;
    const ask = coalesced(() => (count++ === 0 ? Promise.reject(new Error("no")) : Promise.resolve()));
    const first = ask();
    const second = ask();
    await assert.rejects(first, /no/);
    await second;
    assert.equal(count, 2);
  });
});
